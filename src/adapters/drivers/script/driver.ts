import { utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type {
  CommandRunner,
  Deployed,
  DriverRequest,
  Driver,
  DriverResult,
  EffectContext,
  SourceRepository,
} from '../../../activities/ports/index.ts';
import { DriverProblem } from '../../../activities/ports/index.ts';
import type { CommandConfig, EnvironmentConfig } from '../../../domain/config/schema.ts';
import { readState, writeState } from '../../files/state-file.ts';
import { resultOfCommand } from '../command-result.ts';
import { currentVersion } from './current-version.ts';

export interface ScriptDriverOptions {
  /** Where checkouts and the record are kept on this host; absolute. */
  readonly directory: string;
  readonly commands: CommandRunner;
  readonly git: SourceRepository;
}

const deployedSchema = z.object({ version: z.string(), commit: z.string() });
const recordSchema = z.object({
  /** Deployed but not activated yet. */
  candidate: deployedSchema.optional(),
  current: deployedSchema.optional(),
});
type ScriptRecord = z.output<typeof recordSchema>;

function recordOf(file: string, stored: unknown): ScriptRecord {
  const parsed = recordSchema.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new DriverProblem(
    `${file} is damaged: ${z.prettifyError(parsed.error)}. Move it away, then try again`,
  );
}

/** A script knows no slots of ours. */
const slot = 'script';

/** Deploys with the user's own commands (docs/drivers.md). Each runs in a checkout of the commit that is deployed. */
export function createScriptDriver({ directory, commands, git }: ScriptDriverOptions): Driver {
  const home = ({ target }: Pick<DriverRequest, 'target'>) =>
    resolve(directory, target.product, target.environment);
  const recordFile = (request: Pick<DriverRequest, 'target'>) => join(home(request), 'script.json');
  const read = async (request: Pick<DriverRequest, 'target'>): Promise<ScriptRecord> =>
    recordOf(recordFile(request), (await readState(recordFile(request))) ?? {});

  async function run(
    what: string,
    command: CommandConfig,
    request: Pick<DriverRequest, 'target' | 'source'>,
    context: EffectContext,
    previousVersion: string | undefined,
  ) {
    const { target, source } = request;
    const tree = join(home(request), 'checkouts', target.commit.slice(0, 12));
    await git.export(source, target.commit, tree);
    // What was not used for long is removed (docs/limits.md).
    await utimes(tree, new Date(), new Date()).catch(() => undefined);
    const result = await commands.run(
      { ...command, directory: join(tree, command.directory ?? '.'), target: { ...target, previousVersion } },
      context,
    );
    return { result, outcome: resultOfCommand(what, result) };
  }

  return {
    async current(request, context) {
      const { current } = await read(request);
      const recorded: Deployed | undefined = current && { ...current, slot };
      const command = scriptOf(request).current;
      if (!command) return recorded;
      const { result, outcome } = await run(
        'current',
        command,
        request,
        context,
        request.target.previousVersion,
      );
      if (!outcome.ok) {
        context.log.warn(`${outcome.summary}: going by what was deployed last`, {
          current: recorded?.version,
        });
        return recorded;
      }
      return currentVersion(result, { recorded, slot, tags: () => git.tags(request.source) });
    },

    async deploy(request, context) {
      const { deploy, activate } = scriptOf(request);
      const { outcome } = await run(
        `deploy of ${request.target.version}`,
        deploy,
        request,
        context,
        request.target.previousVersion,
      );
      if (!outcome.ok) return outcome;
      const { version, commit } = request.target;
      // Without a command that moves traffic, deploying has moved it.
      const record = await read(request);
      await writeState(
        recordFile(request),
        activate ? { ...record, candidate: { version, commit } } : { current: { version, commit } },
      );
      return { ...outcome, slot };
    },

    shift: ({ target }) =>
      Promise.resolve({
        ok: false,
        summary: `a script moves all traffic at once: give ${target.environment} slots and a router for a rollout by steps`,
      }),

    weight: () => Promise.resolve(undefined),

    usage: () => Promise.resolve(undefined),

    async activate(request, context): Promise<DriverResult> {
      const { version, commit } = request.target;
      const { activate } = scriptOf(request);
      if (!activate) return { ok: true, summary: `${version} takes traffic since it was deployed`, slot };
      const { outcome } = await run(
        `activation of ${version}`,
        activate,
        request,
        context,
        request.target.previousVersion,
      );
      if (!outcome.ok) return outcome;
      await writeState(recordFile(request), { current: { version, commit } });
      return { ...outcome, slot };
    },

    async rollback(request, context) {
      const { to } = request;
      const what = `rollback from ${request.target.version} to ${to?.version ?? 'nothing'}`;
      const { outcome } = await run(what, scriptOf(request).rollback, request, context, to?.version);
      if (!outcome.ok) return outcome;
      await writeState(
        recordFile(request),
        to ? { current: { version: to.version, commit: to.commit } } : {},
      );
      return { ...outcome, slot };
    },

    retire: () => Promise.resolve({ ok: true, summary: 'a script cleans up after itself: nothing to stop' }),

    addresses: ({ environment }) =>
      Promise.resolve({
        public: environment.url,
        candidate: environment.url,
        metrics: environment.monitor.scrape,
      }),
  };
}

function scriptOf({
  environment,
  target,
}: {
  environment: EnvironmentConfig;
  target: DriverRequest['target'];
}) {
  if (environment.script) return environment.script;
  throw new Error(
    `environments.${target.environment} has no script section: the script driver can't deploy to it`,
  );
}
