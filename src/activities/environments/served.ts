import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { own } from '../../domain/text/own.ts';
import { digestOf } from '../../domain/text/digest.ts';
import { asLook } from '../context.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { Deps } from '../deps.ts';
import { isOn } from '../own-branch.ts';
import type { DriverRequest, Deployed, EffectContext, SourceRef, Target } from '../ports/index.ts';
import { tagNameOf } from '../versions/version-tags.ts';

type Version = Pick<Deployed, 'version' | 'commit'>;

/**
 * Notes that a version was seen to run in an environment, or came there under an approval: it may be gone back to. Where that can't be written
 * down, nothing else is hindered by it.
 */
export async function noteServed(
  deps: Pick<Deps, 'directory'>,
  target: Target,
  version: Version,
  { log }: Pick<EffectContext, 'log'>,
): Promise<void> {
  const file = fileOf(deps, target, version);
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, `${version.version} ${version.commit}\n`, { mode: 0o600 });
  } catch (error) {
    log.warn('what serves could not be noted as a way back', { error: String(error) });
  }
}

/**
 * Why an environment that needs approvals can't go back to a version; undefined where it can. A rollback asks nobody, and a driver deploys the version that it
 * goes back to where that is gone: so it has to be one that was there, or that was released.
 */
export async function objectionToWayBack(
  deps: Deps,
  { target, environment, source }: DriverRequest,
  to: Version,
  context: EffectContext,
): Promise<string | undefined> {
  const { config } = await deps.catalog.load(target.product);
  if (!own(config.environments, target.environment)?.approval) return undefined;
  if (await wasNoted(fileOf(deps, target, to))) return undefined;
  const look = asLook(context, `back/${context.attempt}`);
  const running = await deps.driver(environment).current({ target, environment, source }, look);
  if (running?.version === to.version && running.commit === to.commit) return undefined;
  if (await wasReleased(deps, source, config, to)) return undefined;
  return `v${to.version} (${to.commit.slice(0, 10) || 'no commit'}) never ran in ${target.environment} under an approval, and was not released: deploy it instead`;
}

async function wasReleased(
  deps: Deps,
  source: SourceRef,
  config: ProductConfig,
  { version, commit }: Version,
): Promise<boolean> {
  if (commit === '') return false;
  const name = await tagNameOf(deps.source, source, config, version);
  const tags = await deps.source.tags(source);
  if (tags.some((tag) => tag.name === name && tag.commit === commit)) return true;
  return isOn(deps, source, commit, source.main);
}

const wasNoted = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const fileOf = (
  { directory }: Pick<Deps, 'directory'>,
  { product, environment }: Target,
  { version, commit }: Version,
): string => path.join(directory, 'served', product, environment, digestOf({ version, commit }));
