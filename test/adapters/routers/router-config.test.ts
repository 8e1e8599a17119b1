import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseProductConfig } from '../../../src/domain/config/parse.ts';
import { formatProblem } from '../../../src/domain/config/problem.ts';

const slots = { blue: { url: 'http://127.0.0.1:4001' }, green: { url: 'http://127.0.0.1:4002' } };
const haproxy = { socket: '/run/h.sock', backend: 'shop', servers: { blue: 'b', green: 'g' } };
const script = { deploy: './deploy.sh', rollback: './stop.sh' };
const right = { url: 'http://127.0.0.1:8080', script, slots, router: { haproxy } };

/** The problems of an environment, each with its line. */
function problemsOf(environment: Record<string, unknown>): readonly string[] {
  const text = stringify({
    product: 'shop',
    repository: { path: '.' },
    environments: {
      staging: environment,
      production: { process: { start: 'x', port: 1 }, approval: { from: ['ann'] } },
    },
  });
  const parsed = parseProductConfig(text, 'sluice.yaml');
  return parsed.ok
    ? []
    : parsed.problems.map((problem) => formatProblem(problem).replace('environments.staging', '…'));
}

describe('slots and a router in sluice.yaml', () => {
  it('are right together with a script', () => {
    expect(problemsOf(right)).toEqual([]);
    expect(problemsOf({ ...right, router: { script: { set: './set', get: './get' }, drain: '1m' } })).toEqual(
      [],
    );
  });

  it.each([
    [
      'slots without a script',
      { process: { start: 'x', port: 2 }, slots },
      ['sluice.yaml:9:5 ….slots: slots are for the script driver: add script, or take the slots out'],
    ],
    [
      'a router without a script',
      { process: { start: 'x', port: 2 }, router: { haproxy } },
      [
        'sluice.yaml:9:5 ….router: a router is for the script driver: add script, or take it out (process has its own)',
      ],
    ],
    [
      'slots without a router',
      { url: right.url, script, slots },
      ['sluice.yaml:10:5 ….slots: slots need a router that shares the traffic among them: add router'],
    ],
    [
      'a router without slots',
      { url: right.url, script, router: { haproxy } },
      ['sluice.yaml:10:5 ….router: a router needs the slots that it shares the traffic among: add slots'],
    ],
    [
      'a command that moves traffic beside a router',
      { ...right, script: { ...script, activate: './switch.sh' } },
      ['sluice.yaml:10:17 ….script.activate: the router moves the traffic: take activate out'],
    ],
    [
      'servers of other slots',
      { ...right, router: { haproxy: { ...haproxy, servers: { blue: 'b', gren: 'g' } } } },
      [
        'sluice.yaml:19:9 ….router.haproxy.servers: names no server for the slot green: add it',
        'sluice.yaml:21:17 ….router.haproxy.servers.gren: there is no slot gren: the slots are blue and green',
      ],
    ],
    [
      'the same place twice',
      {
        ...right,
        slots: { blue: slots.blue, green: { ...slots.blue } },
        router: { haproxy: { ...haproxy, servers: { blue: 'b', green: 'b' } } },
      },
      [
        'sluice.yaml:14:14 ….slots.green.url: blue has this address, too: each slot has its own',
        'sluice.yaml:21:18 ….router.haproxy.servers.green: blue has this server, too: each slot has its own',
      ],
    ],
    [
      'names that can not be',
      { ...right, router: { haproxy: { ...haproxy, socket: 'run/h.sock', backend: 'shop; quit' } } },
      [
        'sluice.yaml:17:17 ….router.haproxy.socket: write it as an absolute path of a socket, or as host:port',
        'sluice.yaml:18:18 ….router.haproxy.backend: not a name that HAProxy allows',
      ],
    ],
    [
      'one slot, and no router in the router',
      { ...right, slots: { blue: slots.blue }, router: {} },
      [
        'sluice.yaml:10:5 ….slots: two slots, such as blue and green',
        'sluice.yaml:13:5 ….router: say which router: exactly one of haproxy or script',
      ],
    ],
  ])('are refused: %s', (_, environment, expected) => {
    expect(problemsOf(environment)).toEqual(expected);
  });
});
