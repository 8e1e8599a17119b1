/** Tries the product out in the work directory: does it start, answer on $PORT, know its health path, pass its tests? */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLine, startLine } from './run.mjs';

/** How far a product gets. A repair counts only when the product gets further with it. */
export const stages = ['crashes', 'silent', 'unhealthy', 'failing', 'works'];

const startWithin = Number(process.env.DRIVER_START_WITHIN ?? 8_000);
const testsWithin = Number(process.env.DRIVER_TESTS_WITHIN ?? 120_000);

/**
 * `stage` is how far it gets, `said` says it in words, `failing` are the titles of the tests that fail, `log` is what was printed on
 * the way to that stage and `output` everything that was.
 */
export async function tryOut(product, { command, healthPath }) {
  const start = await tryStart(product, healthPath);
  return asTrial(start, await tryTests(product, command));
}

/** The same after a repair; undefined as soon as it is clear that the product gets no further with it. */
export async function tryAgain(product, { command, healthPath }, before) {
  if (before.stage === 'failing') {
    const tests = await tryTests(product, command);
    const better = isProgress(before, asTrial(undefined, tests));
    return better ? asTrial(await tryStart(product, healthPath), tests) : undefined;
  }
  const start = await tryStart(product, healthPath);
  if (start && stages.indexOf(start.stage) <= stages.indexOf(before.stage)) return undefined;
  return asTrial(start, await tryTests(product, command));
}

function asTrial(start, { failing, output }) {
  return {
    stage: start?.stage ?? (failing.length > 0 ? 'failing' : 'works'),
    said: start?.said ?? (failing.length > 0 ? `failing: ${failing.join('; ')}` : 'it works here'),
    failing,
    log: start?.output ?? output,
    output: [start?.output, output].filter(Boolean).join('\n'),
  };
}

/** Whether `after` is progress: further on the way, or fewer failing tests; and never a test that fails newly. */
export function isProgress(before, after) {
  if (!keeps(before, after)) return false;
  const [was, is] = [stages.indexOf(before.stage), stages.indexOf(after.stage)];
  return is > was || (is === was && after.failing.length < before.failing.length);
}

/** Whether `after` is at least no worse. */
export function keeps(before, after) {
  const known = new Set(before.failing);
  return (
    stages.indexOf(after.stage) >= stages.indexOf(before.stage) &&
    after.failing.every((title) => known.has(title))
  );
}

/** Undefined when the start is fine. A product that says 503 waits for something outside, such as a migration. */
async function tryStart({ manifest, root }, healthPath) {
  const line = manifest().scripts?.start;
  if (!line) return undefined;
  const port = await freePort();
  const service = startLine(line, root, { PORT: String(port) });
  const end = (stage, said) => ({ stage, said, output: service.output() });
  const deadline = Date.now() + startWithin;
  try {
    while (Date.now() < deadline) {
      if (service.isOver())
        return end('crashes', `it ended with code ${await service.ended} before it answered`);
      const status = await statusOf(`http://127.0.0.1:${port}${healthPath}`);
      if (status !== undefined && (status < 400 || status === 503)) return undefined;
      if (status !== undefined) return end('unhealthy', `${healthPath} answers HTTP ${status}`);
      await sleep(50);
    }
    return end('silent', 'it runs, but nothing answers on $PORT');
  } finally {
    await service.stop();
  }
}

async function statusOf(url) {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}

async function tryTests({ manifest, root }, command) {
  const { scripts = {} } = manifest();
  const line = command ?? scripts['test:unit'] ?? scripts.test;
  if (!line) return { failing: [], output: '' };
  const { code, output } = await runLine(line, root, { within: testsWithin });
  if (code === 0) return { failing: [], output };
  const failing = failingTests(output);
  return { failing: failing.length > 0 ? failing : [code === null ? 'tests that end' : line], output };
}

/** Titles out of what test runners print: `✖ title (3ms)` and `not ok 3 - title`. Suites are left out where a test is known. */
function failingTests(output) {
  const titles = [...output.matchAll(/^\s*(?:✖|not ok \d+ -) (.+?)(?: \([\d.]+ms\))?$/gm)]
    .map(([, title]) => title.trim())
    .filter((title) => title !== 'failing tests:');
  return [...new Set(titles)];
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
