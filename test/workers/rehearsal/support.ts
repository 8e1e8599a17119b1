import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const rollout = `
notifications:
  - webhook: env:SLUICE_HOOK
rollout:
  steps:
    - { weight: 1, for: 5m }
    - { weight: 10, for: 10m }
    - { weight: 50, for: 10m }
    - { weight: 100, for: 5m }
`;

/** The example shop's own configuration, with a rollout and somebody who is told. */
export async function shopWithRollout(): Promise<string> {
  const yaml = await readFile(path.resolve('examples/shop/sluice.yaml'), 'utf8');
  return yaml.replace(/^notifications: \[\]$/m, rollout);
}

/** A file with it, in a directory of its own. */
export async function rehearsalDirectory(): Promise<{
  file: string;
  directory: string;
  remove(): Promise<void>;
}> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-rehearse-'));
  const file = path.join(directory, 'sluice.yaml');
  await writeFile(file, await shopWithRollout());
  return { file, directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
