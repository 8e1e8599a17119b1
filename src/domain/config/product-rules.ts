import { purposeOf } from '../environments/purpose.ts';
import { isMapping } from './parts.ts';

/** Sections of a product, none of whose types can be trusted yet. */
interface Sections {
  readonly environments?: unknown;
  readonly rollout?: unknown;
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** The rules among the sections of a product. */
export function productProblems({ environments, rollout }: Sections): readonly Problem[] {
  if (!isMapping(environments)) return [];
  const all = Object.entries(environments) as [string, unknown][];
  const [, production] = all.find(([name]) => purposeOf(name) === 'production') ?? [];
  return [
    ...approvals(all),
    ...(rollout === undefined ? [] : withoutSlots(production)),
    ...portsTwice(all),
    ...all.flatMap(([name, environment]) => unsavedData(name, environment)),
  ];
}

/** requirements.md, "database changes without backup". */
function unsavedData(name: string, environment: unknown): Problem[] {
  const database = memberOf(environment, 'database');
  const has = (key: string) => memberOf(database, key) !== undefined;
  // What the schema has made of a backup that is spelled out as none.
  const saved = has('backup') || has('postgres') || has('withoutBackup');
  if (purposeOf(name) !== 'production' || !has('migrate') || saved) return [];
  return [
    {
      path: ['environments', name, 'database', 'backup'],
      message: `migrations of ${name} need a backup: say backup or postgres, or why there is none: { none: … }`,
    },
  ];
}

/** Only people authorise production, and nothing else is asked about. */
function approvals(environments: readonly [string, unknown][]): Problem[] {
  return environments.flatMap(([name, environment]) => {
    if (!isMapping(environment)) return [];
    const asks = memberOf(environment, 'approval') !== undefined;
    if (asks === (purposeOf(name) === 'production')) return [];
    const message = asks
      ? 'only production has an approval: no other environment asks for one'
      : 'production needs approval.from: only people authorise production';
    return [{ path: ['environments', name, 'approval'], message }];
  });
}

function withoutSlots(production: unknown): Problem[] {
  if (memberOf(production, 'script') === undefined || memberOf(production, 'slots') !== undefined) return [];
  return [
    {
      path: ['rollout'],
      message:
        'the script of production moves all traffic at once: a rollout by steps needs slots and a router beside it, or process',
    },
  ];
}

function portsTwice(environments: readonly [string, unknown][]): Problem[] {
  const takenBy = new Map<number, string>();
  return environments.flatMap(([name, environment]) => {
    const port = memberOf(memberOf(environment, 'process'), 'port');
    if (typeof port !== 'number') return [];
    const other = takenBy.get(port);
    takenBy.set(port, name);
    return other === undefined
      ? []
      : [
          {
            path: ['environments', name, 'process', 'port'],
            message: `port ${port} is already taken by ${other}`,
          },
        ];
  });
}

function memberOf(value: unknown, name: string): unknown {
  return isMapping(value) ? (value as Record<string, unknown>)[name] : undefined;
}
