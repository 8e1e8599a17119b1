/** A server as HAProxy shows it. */
export interface HaproxyServer {
  readonly backend: string;
  readonly name: string;
  /** As it was set. */
  readonly weight: number;
  /** Percent of its weight that it has while it starts slowly; 100 otherwise. */
  readonly throttle: number;
  /** HAProxy's own words, such as `UP`, `no check`, `DOWN 1/2`, `MAINT`. */
  readonly status: string;
  /** Of HAProxy's own health check, such as `L4CON`; empty without one. */
  readonly check: string;
  /** Sessions on it now, and those that wait for it. */
  readonly open: number;
  /** Only takes traffic when all others are down. */
  readonly backup: boolean;
}

/** All servers of all backends. */
export const showServers = 'show stat -1 4 -1';

/** @returns undefined where the answer is not HAProxy's table */
export function parseServers(answer: string): readonly HaproxyServer[] | undefined {
  const [header = '', ...lines] = answer.trim().split('\n');
  const names = header.replace(/^# /, '').split(',');
  const needed = ['pxname', 'svname', 'status', 'weight', 'scur', 'qcur', 'bck', 'check_status'];
  if (!header.startsWith('# ') || needed.some((name) => !names.includes(name))) return undefined;
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      // Only texts of checks are quoted and may have commas, and they come after everything that is read here.
      const cells = line.split(',');
      const cell = (name: string) => cells[names.indexOf(name)] ?? '';
      return {
        backend: cell('pxname'),
        name: cell('svname'),
        // HAProxy before 2.5 shows only the weight that is in force.
        weight: Number(cell('uweight') || cell('weight')),
        throttle: Number.parseFloat(cell('throttle') || '100'),
        status: cell('status'),
        check: cell('check_status').replace(/^\* /, ''),
        open: Number(cell('scur')) + Number(cell('qcur')),
        backup: cell('bck') !== '0',
      };
    });
}

/** Whether it takes new requests, besides its weight. */
export const isAvailable = ({ status }: HaproxyServer): boolean => /^(UP|no check)/.test(status);

/** Whether an operator, or its configuration, has taken it out. */
export const isTakenOut = ({ status }: HaproxyServer): boolean => /^(MAINT|DRAIN)/.test(status);
