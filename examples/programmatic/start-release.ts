/**
 * A service that releases a product: it looks at what the release would be, starts it, watches it, decides at the
 * gate, and waits for the end.
 *
 *     node examples/programmatic/start-release.ts shop alice
 */
import {
  connect,
  InvalidInput,
  NoConnection,
  NoWorker,
  type GateStatus,
  type RunStatus,
  type Sluice,
} from 'sluice';

/** A program may propose; whose decision this is stays a person. Here they said yes to small releases beforehand. */
function mayApprove(status: RunStatus, gate: GateStatus): boolean {
  return gate.kind === 'approval' && status.blockers.length === 0 && !(status.version ?? '').endsWith('.0.0');
}

async function release(sluice: Sluice, product: string, approver: string): Promise<boolean> {
  const input = { product, by: 'release-service' };
  const preview = await sluice.preview('release', input);
  console.log(`${preview.title} (${preview.subtitle})`);
  for (const { title, lines } of preview.sections) console.log(`${title}: ${lines.join('; ')}`);

  const { run, alreadyRunning, beside } = await sluice.start('release', input, preview);
  console.log(alreadyRunning ? `${run} was running already` : `started ${run}`);
  // It was started earlier, and what main got since is not in it.
  if (beside && beside.lacking > 0) return false;

  for await (const seen of sluice.follow(run)) {
    if ('trouble' in seen) {
      console.log(`waiting: ${seen.trouble}`);
      continue;
    }
    console.log(`${seen.status.phase}: ${seen.status.reason}`);
    for (const gate of seen.status.gates) {
      if (!mayApprove(seen.status, gate)) continue;
      // The digest says what was looked at: should it change before this arrives, the decision is refused.
      const digest = gate.digest === undefined ? {} : { digest: gate.digest };
      const { accepted, reason } = await sluice.send('approve', run, {
        by: approver,
        gate: gate.id,
        ...digest,
      });
      console.log(accepted ? `approved: ${reason}` : `not approved: ${reason}`);
    }
  }

  const result = await sluice.wait(run);
  console.log(`${result.outcome}: ${result.reason}`);
  return result.outcome === 'succeeded';
}

try {
  const [product = 'shop', approver = 'alice'] = process.argv.slice(2);
  await using sluice = await connect();
  process.exitCode = (await release(sluice, product, approver)) ? 0 : 1;
} catch (error) {
  if (error instanceof InvalidInput) console.error(['nothing was started:', ...error.problems].join('\n  '));
  else if (error instanceof NoConnection || error instanceof NoWorker) console.error(error.message);
  else throw error;
  process.exitCode = 2;
}
