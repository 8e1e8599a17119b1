import { setTimeout as sleep } from 'node:timers/promises';
import type { TrafficRouter } from '../../activities/ports/index.ts';
import { TrafficRouterProblem } from '../../activities/ports/index.ts';
import type { RouterConfig } from '../../domain/config/router-schema.ts';
import { isAvailable, isTakenOut, parseServers, showServers } from './haproxy-servers.ts';
import type { HaproxyServer } from './haproxy-servers.ts';
import { askHaproxy } from './haproxy-socket.ts';
import { haproxyWeights } from './haproxy-weights.ts';
import { checkShares, inWords } from './shares.ts';
import type { Shares } from './shares.ts';

type HaproxyConfig = NonNullable<RouterConfig['haproxy']>;

/** Milliseconds between two looks at a server that drains. */
const drainEvery = 100;

/** Shares traffic by the weights of servers in one of HAProxy's backends, through its runtime API (docs/routers.md). */
export function createHaproxyRouter(config: HaproxyConfig): TrafficRouter {
  const { socket, backend, servers } = config;
  const here = `HAProxy at ${socket}, backend ${backend}`;
  const slots = Object.entries(servers);

  const look = async (signal: AbortSignal): Promise<Backend> => {
    const answer = await askHaproxy(config, showServers, signal);
    if (answer === '')
      throw new TrafficRouterProblem(
        `HAProxy at ${socket} ended without an answer: see whether it runs, and whether it was stopped or reloaded just now, then try again`,
      );
    const all = parseServers(answer);
    if (!all)
      throw new TrafficRouterProblem(
        `what answers at ${socket} is not the stats socket of HAProxy (it says ${JSON.stringify(answer.slice(0, 80))}): correct router.haproxy.socket, or start HAProxy again`,
      );
    return backendOf(all, config);
  };

  return {
    async set(shares, _target, { signal, log }) {
      checkShares(shares);
      const wanted = weightsOf(shares, config);
      const before = await look(signal);
      const changes = slots.flatMap(([slot, name]) => {
        const server = before.slots[slot];
        const weight = wanted[slot] ?? 0;
        if (server?.weight === weight && !isTakenOut(server)) return [];
        const lines = [
          `set server ${backend}/${name} weight ${weight}`,
          `set server ${backend}/${name} state ready`,
        ];
        return [{ rises: weight > (server?.weight ?? 0), lines }];
      });
      // What rises goes first: at no moment is there nobody who takes traffic.
      const commands = changes
        .sort((a, b) => Number(b.rises) - Number(a.rises))
        .flatMap(({ lines }) => lines);
      const said = commands.length === 0 ? '' : (await askHaproxy(config, commands.join(';'), signal)).trim();
      const problems = differences(wanted, commands.length === 0 ? before : await look(signal), config);
      if (problems.length > 0)
        throw new TrafficRouterProblem(
          `${here}: ${problems.join('; ')}. ${said ? `HAProxy says: ${oneLine(said)}. ` : ''}${adviceFor(said)}`,
        );
      if (said) log.warn(`${here} took the weights and says: ${oneLine(said)}`);
    },

    async read(_target, { signal }) {
      const found = await look(signal);
      const total = [...Object.values(found.slots), ...found.others].reduce(
        (sum, each) => sum + force(each),
        0,
      );
      return Object.fromEntries(
        Object.entries(found.slots).map(([slot, server]) => [
          slot,
          total === 0 ? 0 : (force(server) / total) * 100,
        ]),
      );
    },

    async drain(slot, within, context) {
      const { signal } = context;
      for (const deadline = Date.now() + within; ;) {
        context.heartbeat();
        const open = (await look(signal)).slots[slot]?.open ?? 0;
        if (open === 0) return { drained: true, open };
        const left = deadline - Date.now();
        if (left <= 0) return { drained: false, open };
        await sleep(Math.min(drainEvery, left), undefined, { signal }).catch((error: unknown) => {
          signal.throwIfAborted();
          throw error;
        });
      }
    },
  };
}

interface Backend {
  readonly slots: Readonly<Record<string, HaproxyServer>>;
  /** Servers of the backend that are no slot's. */
  readonly others: readonly HaproxyServer[];
}

function backendOf(all: readonly HaproxyServer[], { socket, backend, servers }: HaproxyConfig): Backend {
  const inside = all.filter((server) => server.backend === backend);
  if (inside.length === 0) {
    const known = [...new Set(all.map((server) => server.backend))].join(', ') || 'none';
    throw new TrafficRouterProblem(
      `HAProxy at ${socket} has no backend ${backend} with servers (it has: ${known}): correct router.haproxy.backend`,
    );
  }
  const slots = Object.entries(servers).map(([slot, name]) => {
    const server = inside.find((each) => each.name === name);
    if (server) return [slot, server] as const;
    throw new TrafficRouterProblem(
      `HAProxy at ${socket} has no server ${name} (slot ${slot}) in backend ${backend} (it has: ${inside.map((each) => each.name).join(', ')}): correct router.haproxy.servers`,
    );
  });
  const names = Object.values(servers);
  return {
    slots: Object.fromEntries(slots),
    others: inside.filter(({ name, backup }) => !names.includes(name) && !backup),
  };
}

function weightsOf(shares: Shares, { servers }: HaproxyConfig): Shares {
  const unknown = Object.keys(shares).filter((slot) => !Object.hasOwn(servers, slot));
  if (unknown.length > 0)
    throw new TrafficRouterProblem(
      `router.haproxy.servers names no server for ${unknown.join(', ')}: add it`,
    );
  const weights = haproxyWeights(shares);
  if (weights) return weights;
  throw new TrafficRouterProblem(
    `HAProxy can't share traffic as ${inWords(shares)}: its weights are whole numbers up to 256; use steps of 0.4 % or more`,
  );
}

/** The weight that is in force now. */
const force = (server: HaproxyServer): number =>
  isAvailable(server) ? (server.weight * server.throttle) / 100 : 0;

/** What HAProxy has not taken, in words. */
function differences(wanted: Shares, found: Backend, { servers }: HaproxyConfig): readonly string[] {
  const ofSlots = Object.entries(found.slots).flatMap(([slot, server]) => {
    const weight = wanted[slot] ?? 0;
    const name = `server ${servers[slot] ?? ''} (slot ${slot})`;
    if (server.weight !== weight) return [`${name}: wanted weight ${weight}, found ${server.weight}`];
    if (weight === 0 || force(server) === weight) return [];
    return isAvailable(server)
      ? [`${name}: has weight ${weight} but only ${server.throttle} % of it yet: leave its slowstart out`]
      : [`${name}: has weight ${weight} but is ${[server.status, server.check].filter(Boolean).join(', ')}`];
  });
  const ofOthers = found.others
    .filter((server) => force(server) > 0)
    .map(({ name, weight }) => `server ${name} is no slot's and takes traffic too, with weight ${weight}`);
  return [...ofSlots, ...ofOthers];
}

function adviceFor(said: string): string {
  if (/permission denied/i.test(said))
    return 'Let the `stats socket` of HAProxy be `level admin`, then try again';
  if (/static LB algorithm/i.test(said)) return 'Let the backend have `balance roundrobin`, then try again';
  return 'See what else sets them and whether the servers are up, then try again';
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').slice(0, 300);
