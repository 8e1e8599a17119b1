import { z } from 'zod';
import { command, duration, isMapping } from './parts.ts';

const socket = z
  .string()
  .regex(/^(\/.+|[^/\s]+:\d{1,5})$/, { error: 'write it as an absolute path of a socket, or as host:port' });

/** As HAProxy allows them in names. */
const haproxyName = z.string().regex(/^[A-Za-z0-9_.:-]+$/, { error: 'not a name that HAProxy allows' });

/** Who distributes the traffic among the slots, where that is not Sluice's own router (docs/routers.md). */
export const routerSchema = z
  .strictObject({
    haproxy: z
      .strictObject({
        /** The runtime API: a path of a socket, or host:port. */
        socket,
        backend: haproxyName,
        /** Slot → name of the server in the backend. */
        servers: z.record(z.string(), haproxyName),
        timeout: duration('5s').prefault('5s'),
      })
      .optional(),
    script: z
      .strictObject({
        /** Sets the weights; it is told them as SLUICE_WEIGHTS, a JSON object of slot → percent. */
        set: command('1m'),
        /** Prints, as its last line, a JSON object of slot → percent: what really is. */
        get: command('1m'),
      })
      .optional(),
    /** How long open requests may go on in a slot that was switched away from. */
    drain: duration('10s').prefault('10s'),
  })
  .refine((value) => (value.haproxy === undefined) !== (value.script === undefined), {
    error: 'say which router: exactly one of haproxy or script',
  });

/** Places of an environment that hold a version each. */
export const slotsSchema = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'lower-case letters, digits and hyphens' }),
    z.strictObject({
      /** Where the version in this slot is reached without the router. */
      url: z.url({ error: 'not a URL' }),
    }),
  )
  .refine((value) => Object.keys(value).length === 2, { error: 'two slots, such as blue and green' });

export type RouterConfig = z.output<typeof routerSchema>;

/** Sections of an environment, none of whose types can be trusted yet. */
interface Sections {
  readonly script?: unknown;
  readonly slots?: unknown;
  readonly router?: unknown;
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
}

/** The rules among script, slots and router. */
export function routerProblems({ script, slots, router }: Sections): readonly Problem[] {
  const problems: Problem[] = [];
  const say = (path: readonly string[], message: string) => problems.push({ path, message });
  if (slots !== undefined && script === undefined)
    say(['slots'], 'slots are for the script driver: add script, or take the slots out');
  if (router !== undefined && script === undefined)
    say(['router'], 'a router is for the script driver: add script, or take it out (process has its own)');
  if (script === undefined) return problems;
  if (slots !== undefined && router === undefined)
    say(['slots'], 'slots need a router that shares the traffic among them: add router');
  if (router !== undefined && slots === undefined)
    say(['router'], 'a router needs the slots that it shares the traffic among: add slots');
  if (router !== undefined && isMapping(script) && 'activate' in script && script.activate !== undefined)
    say(['script', 'activate'], 'the router moves the traffic: take activate out');
  if (!isMapping(slots)) return problems;
  sameTwice(slots, (slot) => (isMapping(slot) && 'url' in slot ? slot.url : undefined)).forEach(
    ([slot, other]) => say(['slots', slot, 'url'], `${other} has this address, too: each slot has its own`),
  );
  const haproxy = isMapping(router) && 'haproxy' in router ? router.haproxy : undefined;
  const servers = isMapping(haproxy) && 'servers' in haproxy ? haproxy.servers : undefined;
  if (!isMapping(servers)) return problems;
  const path = ['router', 'haproxy', 'servers'];
  for (const slot of Object.keys(slots))
    if (!Object.hasOwn(servers, slot)) say(path, `names no server for the slot ${slot}: add it`);
  for (const slot of Object.keys(servers))
    if (!Object.hasOwn(slots, slot))
      say([...path, slot], `there is no slot ${slot}: the slots are ${Object.keys(slots).join(' and ')}`);
  sameTwice(servers, (name) => name).forEach(([slot, other]) =>
    say([...path, slot], `${other} has this server, too: each slot has its own`),
  );
  return problems;
}

/** Keys whose value an earlier key has, with that key. */
function sameTwice(object: object, valueOf: (value: unknown) => unknown): (readonly [string, string])[] {
  const first = new Map<unknown, string>();
  return Object.entries(object).flatMap(([key, entry]) => {
    const value = valueOf(entry);
    const other = first.get(value);
    if (other === undefined) first.set(value, key);
    return value === undefined || other === undefined ? [] : [[key, other] as const];
  });
}
