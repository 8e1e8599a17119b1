import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentQuestion } from '../../../src/activities/agents/ask.ts';
import type { ChangeRequest } from '../../../src/activities/agents/commit-change.ts';
import { stopAll } from '../../../src/adapters/drivers/index.ts';
import { freePorts } from '../../support/free-ports.ts';
import type { ActivityWorld } from '../support.ts';
import { createActivityWorld } from '../support.ts';

const server = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.SLUICE_VERSION)).listen(process.env.PORT, '127.0.0.1');
`;

export const branch = 'blue-green/shop/first';

export interface GreenWorld extends ActivityWorld {
  /** The commit that people are asked about. */
  readonly commit: string;
  /** The shell script that all its agents are. */
  readonly program: string;
  configureGreen(approval?: object): Promise<void>;
  /** Has an agent that is a shell line work on a commit; gives its answer. */
  ask(line: string, more?: Partial<AgentQuestion>, tries?: number): Promise<Outcome>;
  commitChange(more?: Partial<ChangeRequest>): Promise<Outcome>;
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
  const program = join(world.data, 'agent.sh');
  return {
    ...world,
    commit,
    program,
    async configureGreen(approval = { from: ['managers'] }) {
      const agent = { command: { run: `sh '${program}'`, timeout: '20s' } };
      await world.configure(
        { staging: environment(other), production: { ...environment(port), approval } },
        { agents: { driver: agent, 'qa-engineer': agent } },
      );
    },
    async ask(line, more = {}, tries = 1) {
      const question: AgentQuestion = {
        who: { role: 'driver' },
        skill: 'fix',
        environment: 'production',
        task: 'mend it',
        inputs: {},
        commit,
        ...more,
      };
      await writeFile(program, `${line}\n`);
      return await world.attempt((activities) =>
        activities.askAgent(world.ref('fix.driver', tries), question),
      ).outcome;
    },
    async commitChange(more = {}) {
      return await world.attempt((activities) =>
        activities.commitChange(world.ref('fix.commit'), {
          environment: 'production',
          commit,
          skill: 'fix',
          asked: 'fix.driver',
          summary: 'Changed server.mjs: it says more',
          note: 'Found beside the version that serves.',
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
