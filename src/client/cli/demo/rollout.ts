import { execFile } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { releaseShop } from './attend.ts';
import { customersOf } from './customers.ts';
import { endDemo } from './ending.ts';
import type { DemoOptions, Stage } from './stage.ts';
import { heading, onStage } from './stage.ts';

const run = promisify(execFile);

/** How the demo rolls out: the plan of a real product, with seconds for its hours. */
const section = `
rollout:
  every: 1s
  steps:
    - { name: canary, weight: 10, for: 6s, minRequests: 40 }
    - { name: expansion, weight: 50, for: 4s }
    - { name: everybody, weight: 100, for: 4s }
metrics:
  rules:
    - { name: error-rate, measure: error-rate, max: 5%, over: 6s, failureLimit: 1 }
    - { name: latency, measure: p95, max: 1s, over: 6s, failureLimit: 1 }
`;

/**
 * `sluice demo rollout`: a good version takes the traffic step by step, holds while its metrics can't be read, and goes on; a bad one
 * is rolled back at 10 % (SI-5, SI-10, BY-4).
 */
export function rolloutDemo(io: Io, options: DemoOptions): Promise<number> {
  return onStage(io, options, () => Promise.resolve(), play);
}

async function play(stage: Stage): Promise<number> {
  const { io, sluice, directory } = stage;
  heading(io, 'v0.1.0: the first version, which takes all traffic');
  const customers = customersOf(stage, 60);
  const first = await releaseShop(stage, customers.come);

  const door = await openDoor(path.join(directory, 'environments/shop/production/router/router.json'));
  stage.onEnd(() => door.close());
  await configure(stage.shop.config, door.url);

  heading(io, 'v0.2.0: a good version, while its metrics go away for a time');
  await addGoodVersion(stage.shop.checkout);
  const outage = closeOnce(io, door, sluice, 'release/shop/v0.2.0');
  const second = await releaseShop(stage, () => undefined);
  await outage;
  if (first.outcome !== 'succeeded' || second.outcome !== 'succeeded') {
    io.say(`\n  A good version was not let through; what stands above says why. The demo ends here.`);
    io.result({ first, second }, '');
    return exitCodes.notSucceeded;
  }

  heading(io, 'v0.3.0: a version with a fault that only production shows');
  for (const subject of (await stage.shop.addBadVersion()).commits) io.say(`  ${subject}`);
  const third = await releaseShop(stage, () => undefined);
  return endDemo(stage, {
    results: { first, second, third },
    traffic: await customers.leave(),
    failures: ': the faulty version never had more than 10 %',
    next: 'docs/rollouts.md says more.',
    ok: third.outcome === 'rolled-back',
  });
}

interface Door {
  readonly url: string;
  open: boolean;
  close(): Promise<void>;
}

/** Hands the router's own metrics page on, as long as it is open: an outage that can be had at will. */
async function openDoor(record: string): Promise<Door> {
  const { metricsPort } = JSON.parse(await readFile(record, 'utf8')) as { metricsPort: number };
  const server = createServer((_, response) => {
    if (!door.open) return void response.writeHead(503).end('closed');
    fetch(`http://127.0.0.1:${metricsPort}/metrics`)
      .then(async (page) => response.end(await page.text()))
      .catch(() => response.writeHead(502).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const door: Door = {
    url: `http://127.0.0.1:${port}/metrics`,
    open: true,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return door;
}

/** From now on the shop is rolled out by steps. */
async function configure(file: string, metrics: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^( +)every: 1s$/m, `$&\n$1scrape: ${metrics}`));
  await appendFile(file, section);
}

async function addGoodVersion(checkout: string): Promise<void> {
  const git = (...args: string[]) => run('git', args, { cwd: checkout });
  await git('pull', '--quiet', '--ff-only', 'origin', 'main');
  await writeFile(path.join(checkout, 'OPENING-HOURS.md'), 'The shop is open all night.\n');
  await git('add', '--all');
  await git('commit', '--quiet', '-m', 'feat: say when the shop is open (#20)');
  await git('push', '--quiet', 'origin', 'main');
}

/** Closes the door once the canary is watched, and opens it again after some seconds of holding. */
async function closeOnce(
  io: Io,
  door: Door,
  sluice: Parameters<typeof releaseShop>[0]['sluice'],
  id: string,
): Promise<void> {
  for (;;) {
    const seen = await sluice.status(id).catch(() => undefined);
    if (seen?.outcome) return;
    if (seen?.rollout?.weights['0.2.0'] === 10) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  door.open = false;
  io.say(io.paint.attention('  (the metrics are gone: the rollout holds)'));
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  door.open = true;
  io.say(io.paint.good('  (the metrics are back)'));
}
