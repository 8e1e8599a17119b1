import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Files that take long on a machine that knows no times yet, longest first: begun last, all else would be over while they go on. */
const long = [
  'e2e/killed-rollouts',
  'e2e/bad-versions',
  'e2e/killed-blue-green',
  'e2e/blue-green',
  'examples/agents/driver',
  'workers/rehearsal/',
  'docs/adding-a-flow',
  'attacks/answers',
  'adapters/database/postgres-preset',
  'adapters/drivers/process.test',
  'adapters/drivers/kill',
  'adapters/temporal-server/dev-server',
  'client/report/command',
  'workflows/giving-back',
  'examples/agents/escalation',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = long.findIndex((part) => moduleId.includes(`/test/${part}`));
      return at < 0 ? long.length : at;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
