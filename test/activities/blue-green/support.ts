import { join } from 'node:path';
import type { AgentQuestion } from '../../../src/activities/agents/ask.ts';
import type { FixRequest } from '../../../src/activities/agents/commit-change.ts';
import { stopAll } from '../../../src/adapters/drivers/index.ts';
import { freePorts } from '../../support/free-ports.ts';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld } from '../support.ts';

const server = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.SLUICE_VERSION)).listen(process.env.PORT, '127.0.0.1');
`;

/** The id that activities of tests get for their run. */
export const run = 'test first';
export const branch = 'blue-green/shop/first';

export interface GreenWorld extends ActivityWorld {
  /** The commit that people are asked about. */
  readonly commit: string;
  configureGreen(approval?: object): Promise<void>;
  /** Has an agent that is a shell line work on a commit; gives its answer. */
  ask(line: string, more?: Partial<AgentQuestion>, tries?: number): Promise<Outcome>;
  commitFix(more?: Partial<FixRequest>): Promise<Outcome>;
}
export interface Outcome {
  readonly ok: boolean;
  readonly summary: string;
  readonly value?: unknown;
}

/** The commit of a fix that was made. */
export const commitOf = ({ value }: Outcome): string =>
  (value as { commit?: string } | undefined)?.commit ?? '';

/** A product whose service really runs in slots, with a test, a migration, and scripts. */
export async function greenWorld(): Promise<GreenWorld> {
  const world = await createActivityWorld();
  const commit = await world.sandbox.commit('feat: a service', {
    'server.mjs': server,
    'package.json': JSON.stringify({ version: '1.1.0', scripts: { test: 'node --test' } }),
    'test/a.test.js': 'ok\n',
    'migrations/1.sql': 'select 1;\n',
    'docs/requirements.md': 'R-1 it works\n',
    'empty.md': '\n',
    Dockerfile: 'FROM node\n',
    '.gitignore': 'node_modules\n',
  });
  const [port = 0, other = 0] = await freePorts(2);
  const environment = (at: number) => ({
    process: { start: 'exec node server.mjs', port: at, drain: '1s', startWithin: '10s' },
    health: { path: '/', interval: '50ms', within: '5s' },
    database: { migrations: 'migrations/*.sql', restoreOnRollback: 'never' },
  });
  return {
    ...world,
    commit,
    async configureGreen(approval = { from: ['managers'] }) {
      await world.configure({ staging: environment(other), production: { ...environment(port), approval } });
    },
    async ask(line, more = {}, tries = 1) {
      const question: AgentQuestion = {
        role: 'driver',
        phase: 'fix',
        agent: {
          command: { run: line, timeout: 20_000, idempotent: false, retries: 0, pass: [], env: {} },
        },
        product: 'shop',
        environment: 'production',
        task: 'mend it',
        inputs: {},
        commit,
        place: 'fix.driver',
        ...more,
      };
      return await world.attempt((activities) =>
        activities.askAgent(world.ref('fix.driver', tries), question),
      ).outcome;
    },
    async commitFix(more = {}) {
      return await world.attempt((activities) =>
        activities.commitFix(world.ref('fix.commit'), {
          environment: 'production',
          commit,
          place: 'fix.driver',
          summary: 'Changed server.mjs: it says more',
          artifacts: [],
          findings: [],
          ...more,
        }),
      ).outcome;
    },
    async end() {
      await stopAll(join(world.data, 'environments'));
      await world.end();
    },
  };
}

/** What a program answers that says it has done something. */
export const says = (more: object = {}): string =>
  `echo '${JSON.stringify({ status: 'done', summary: 'did it', ...more })}'`;
