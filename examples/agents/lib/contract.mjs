/** One task in, one result out: the contract of every agent that is a command (docs/agents.md). */

const statuses = new Set(['done', 'stuck', 'needs-input', 'failed']);

/**
 * Reads the task, hands it to the function for its phase and prints what that returns. An agent that throws answers too: with
 * `failed` and the reason, because a stack trace on stderr says little to the people who read the run.
 */
export async function serve(phases) {
  const result = await answer(phases).catch((error) => ({ status: 'failed', summary: error.message }));
  // Writing may take several turns for a pipe: the process ends by itself when all of it is out.
  process.stdout.write(`${JSON.stringify(asResult(result))}\n`);
}

async function answer(phases) {
  const task = await readTask();
  const phase = task.inputs?.phase ?? Object.keys(phases)[0];
  if (!Object.hasOwn(phases, phase)) {
    throw new Error(`I don't know the phase "${phase}": I know ${Object.keys(phases).join(', ')}.`);
  }
  return phases[phase](task.inputs ?? {}, { ...task, workDirectory: task.workDirectory ?? process.cwd() });
}

async function readTask() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  try {
    const task = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (task !== null && typeof task === 'object' && !Array.isArray(task)) return task;
  } catch {
    // Said below.
  }
  throw new Error('The task on standard input is not a JSON object.');
}

/** Within the limits of the result's schema, so that a long log can't make a good answer count for nothing. */
function asResult({ status, summary, findings = [], artifacts = [], verdict, text }) {
  if (!statuses.has(status)) throw new TypeError(`"${status}" is no status of a result`);
  return {
    status,
    summary: cut(summary, 4_000) || 'nothing to say',
    findings: findings.slice(0, 200).map(({ severity, title, detail, file }) => ({
      severity,
      title: cut(title, 500),
      detail: cut(detail ?? '', 10_000),
      ...(file && { file: cut(file, 1_000) }),
    })),
    artifacts: artifacts.slice(0, 500),
    ...(verdict && { verdict }),
    // These programs cost nothing; a price can be pretended, to see a budget being kept.
    cost: Number(process.env.AGENT_COST ?? 0) || 0,
    ...(text && { text: cut(text, 200_000) }),
  };
}

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
