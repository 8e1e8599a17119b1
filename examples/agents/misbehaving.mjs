#!/usr/bin/env node
/**
 * misbehaving: an agent that breaks the contract on purpose, in one way at a time. To see what Sluice makes of it: name it for a
 * role and set MISBEHAVE to one of the modes below. What comes of each is in docs/example-agents.md.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const claim = {
  status: 'done',
  summary: 'I fixed it, trust me.',
  verdict: 'approve',
  findings: [],
  artifacts: [],
};
const say = (value) => process.stdout.write(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);

const modes = {
  /** Half of a JSON object. */
  'invalid-json': () => say('{"status": "done", "summary": "I fi'),
  /** JSON, but no result. */
  'wrong-shape': () => say({ ok: true, verdict: 'deploy' }),
  /** Claims a fix without a change. */
  'claims-fix': () => say({ ...claim, artifacts: ownFile() }),
  /** Claims a file that it did not write. */
  'claims-file': () => say({ ...claim, artifacts: ['reports/fixed.md'] }),
  /** Claims a file of somebody else's. */
  escapes: () => say({ ...claim, artifacts: ['../../etc/passwd'] }),
  /** Makes a change that changes nothing, every time it is asked. */
  fiddles: () => {
    const [file] = ownFile();
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n`);
    say({ ...claim, artifacts: [file] });
  },
  /** Makes the tests pass by taking them away. */
  cheats: () => {
    rmSync('test', { recursive: true, force: true });
    say(claim);
  },
  /** Never ends. */
  loops: async () => {
    for (;;) await sleep(1_000);
  },
  /** Never ends and doesn't heed SIGTERM either. */
  stays: async () => {
    process.on('SIGTERM', () => {});
    for (;;) await sleep(1_000);
  },
  /** Was denied a tool, says that all is well, and ends with 0: what `claude -p --output-format json` does. */
  denied: () =>
    say({
      type: 'result',
      is_error: false,
      structured_output: claim,
      permission_denials: [{ tool_name: 'Edit' }],
      total_cost_usd: 0.4,
    }),
  /** 50 MB, and then a good answer. */
  floods: async () => {
    await flood();
    say(`\n${JSON.stringify(claim)}\n`);
  },
  /** A good answer, and then 50 MB. */
  drowns: async () => {
    say(claim);
    await flood();
  },
  /** A good answer, and then its end by somebody else's hand. */
  killed: async () => {
    await new Promise((resolve) => process.stdout.write(`${JSON.stringify(claim)}\n`, resolve));
    process.kill(process.pid, 'SIGKILL');
    await sleep(60_000);
  },
  /** A good answer, and an exit code that says otherwise. */
  'exits-3': () => {
    say(claim);
    process.exitCode = 3;
  },
  /** Gives up at once, every time. */
  'gives-up': () => say({ ...claim, status: 'stuck', summary: 'I have no idea.', verdict: undefined }),
  /** Objects to everything, and has nothing to show for it. */
  objects: () => say({ ...claim, verdict: 'reject', summary: "I don't like it." }),
  /** Costs a thousand dollars. */
  expensive: () => say({ ...claim, status: 'stuck', summary: 'I thought very hard.', cost: 1_000 }),
};

const mode = process.env.MISBEHAVE ?? '';
if (Object.hasOwn(modes, mode)) await modes[mode]();
else {
  console.error(`MISBEHAVE is "${mode}": set it to one of ${Object.keys(modes).join(', ')}.`);
  process.exitCode = 2;
}

/** Some file that is there. */
function ownFile() {
  return existsSync('package.json')
    ? ['package.json']
    : readdirSync('.')
        .filter((name) => name !== '.git')
        .slice(0, 1);
}

async function flood() {
  const chunk = `${'{'.repeat(1_023)}\n`.repeat(1_024);
  for (let written = 0; written < 50; written += 1) {
    await new Promise((resolve) => process.stdout.write(chunk, resolve));
  }
}
