import type { DemoOptions } from '../demo/stage.ts';
import type { Io } from '../io.ts';

/** The guided examples, by the word for each. */
const demos: Readonly<Record<string, () => Promise<(io: Io, options: DemoOptions) => Promise<number>>>> = {
  release: async () => (await import('../demo/release.ts')).releaseDemo,
  rollout: async () => (await import('../demo/rollout.ts')).rolloutDemo,
  'blue-green': async () => (await import('../demo/blue-green.ts')).blueGreenDemo,
};

/** `sluice demo [what]`: a small shop goes through real runs, on this machine and with a Temporal of its own. */
export async function demo(io: Io, [what = 'release']: string[], options: DemoOptions): Promise<number> {
  const load = demos[what];
  if (!load) throw new Error(`there is no demo ${what}`);
  return (await load())(io, options);
}
