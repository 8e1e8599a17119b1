import type { CommandSpec, EffectContext } from '../../../src/activities/ports/index.ts';
import { createContext, createRunner } from './support.ts';
import type { World } from './support.ts';

// Runs one command as a worker would and prints its result: the process that the tests kill.
const { data, spec, context } = JSON.parse(process.argv[2] ?? '{}') as {
  data: string;
  spec: CommandSpec;
  context: Partial<EffectContext>;
};
const world = { data, directory: spec.directory } as World;
const result = await createRunner(world).run(spec, createContext(context));
process.stdout.write(JSON.stringify(result));
