import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';

export interface SmallProduct {
  /** Its sluice.yaml. */
  readonly config: string;
  /** Where production's backup command writes when it started, in epoch nanoseconds: its first act. */
  readonly started: string;
  stop(): Promise<void>;
}

/**
 * A product with a real repository whose deploy scripts have nothing to do. Its production backup notes its time and fails, which
 * ends the release before production is touched: what comes after is not measured, and the next release is the same one again.
 */
export async function createSmallProduct(directory: string): Promise<SmallProduct> {
  const remote = path.join(directory, 'remote.git');
  const checkout = path.join(directory, 'checkout');
  const started = path.join(directory, 'started');
  await mkdir(checkout, { recursive: true });
  await writeFile(path.join(checkout, 'README.md'), '# A small product\n');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', ...args], { cwd: checkout });
  await execa('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: begin');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main');

  const health = createServer((_request, response) => response.end('well'));
  await new Promise<void>((resolve) => health.listen(0, '127.0.0.1', resolve));
  const { port } = health.address() as AddressInfo;
  const config = path.join(directory, 'sluice.yaml');
  await writeFile(config, configuration({ remote, started, url: `http://127.0.0.1:${port}` }));
  return { config, started, stop: () => new Promise((resolve) => health.close(() => resolve())) };
}

const configuration = ({
  remote,
  started,
  url,
}: {
  remote: string;
  started: string;
  url: string;
}): string => `
product: small
repository: { remote: ${JSON.stringify(remote)} }
environments:
  staging:
    script: { deploy: 'true', rollback: 'true' }
    url: ${url}
    health: { healthyAfter: 1 }
  production:
    script: { deploy: 'true', rollback: 'true' }
    url: ${url}
    database: { backup: 'date +%s%N >>${started}; exit 1' }
    approval: { from: [alice] }
`;
