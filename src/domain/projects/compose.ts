import { parse } from 'yaml';
import { below, listOf, parsed, tableOf } from '../changes/manifests/kind.ts';
import type { Files, Project } from './project.ts';
import { firstOf, unreadable } from './project.ts';

/** How containers that work together are brought up, where Sluice starts no process itself. */
export interface Stack {
  readonly from: string;
  /** For the port at which users come in. */
  readonly deploy: (port: number) => string;
  /** Undefined where nothing that is kept brings a version back. */
  readonly rollback: ((port: number) => string) | undefined;
  /** The port that the file itself gives to every environment. */
  readonly port: number | undefined;
  readonly decide: readonly string[];
}

const kind = 'Compose';

/** A compose file, where there is no image that could be started by itself. */
export function compose(files: Files): { readonly project: Project; readonly stack?: Stack } | undefined {
  const from = firstOf(files, 'compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml');
  if (from === undefined) return undefined;
  const whole = parsed(
    files.get(from),
    (text) => parse(text, { merge: true, maxAliasCount: 100 }) as unknown,
  );
  if (!whole) return { project: unreadable(kind, from) };
  const services = Object.values(below(whole, 'services')).map(tableOf);
  if (services.length === 0) return undefined;
  const builds = services.some(({ build }) => build !== undefined);
  return {
    project: { kind, from, checks: builds ? { integration: ['docker compose build'] } : {}, services: [] },
    stack: stackOf(from, services, builds),
  };
}

type Container = ReturnType<typeof tableOf>;

/** Each environment is a project of compose. What it replaces is gone: only images whose tags are variables bring a version back. */
function stackOf(from: string, services: readonly Container[], builds: boolean): Stack {
  const published = services.flatMap(({ ports }) => listOf(ports).flatMap((each) => publishedBy(each) ?? []));
  const [only = '', ...others] = published;
  const variable = others.length === 0 ? /^\$\{?(\w+)/.exec(only)?.[1] : undefined;
  const port =
    others.length === 0 && /^\d{1,5}$/.test(only) && Number(only) < 65_536 ? Number(only) : undefined;
  const tag = tagOf(services);
  const up =
    (version: string) =>
    (at: number): string =>
      [
        ...(variable === undefined ? [] : [`${variable}=${at}`]),
        ...(tag === undefined || tag === variable ? [] : [`${tag}=$${version}`]),
        `docker compose -p $SLUICE_PRODUCT-$SLUICE_ENVIRONMENT up -d --wait${builds ? ' --build' : ''}`,
      ].join(' ');
  const back = tag !== undefined && !builds;
  const mounts = services.some(({ volumes }) =>
    listOf(volumes).some((each) => sourceOf(each).startsWith('.')),
  );
  return {
    from,
    port,
    deploy: up('SLUICE_VERSION'),
    rollback: back ? up('SLUICE_PREVIOUS_VERSION') : undefined,
    decide: [
      ...(back
        ? [`${from}: images are taken to be tagged like 1.4.0, and not like v1.4.0`]
        : [
            `${from} does not say by ${tag === undefined ? 'a variable in the tags of its images' : 'images that are kept'} which version is meant: say what brings the one before back, instead of REPLACE_ME`,
          ]),
      ...(port === undefined
        ? []
        : [`${from} publishes port ${port} for both environments: one of them needs another host`]),
      ...(port === undefined && variable === undefined ? [`${from}: say at which url users come in`] : []),
      ...(mounts ? [`${from} mounts directories of the tree, and each version has a tree of its own`] : []),
    ],
  };
}

/** The one variable that the tags of images are made of. */
function tagOf(services: readonly Container[]): string | undefined {
  const tags = new Set(
    services.flatMap(({ image }) =>
      [...(typeof image === 'string' ? image : '').matchAll(/:\$\{?(\w+)/g)].map(([, name]) => name),
    ),
  );
  return tags.size === 1 ? [...tags][0] : undefined;
}

function sourceOf(volume: unknown): string {
  const { source } = tableOf(volume);
  return typeof volume === 'string' ? volume : typeof source === 'string' ? source : '';
}

/** The port of the host, as it is written: `8080`, or `${PORT:-8080}`. */
function publishedBy(port: unknown): string | undefined {
  const { published } = tableOf(port);
  if (typeof published === 'string' || typeof published === 'number') return String(published);
  // `127.0.0.1:${PORT:-8080}:80`: a variable has colons of its own.
  const parts = typeof port === 'string' ? (port.match(/\$\{[^}]*\}|[^:]+/g) ?? []) : [];
  return parts.length < 2 ? undefined : parts.at(-2);
}
