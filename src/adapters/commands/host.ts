import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Where a process id means something: this boot of this machine, in this container. `<name>#<identity>`: the name is
 * for people. A record with another identity names a process that is gone or can't be seen from here.
 */
export const thisHost = `${hostname()}#${identity()}`;

export function isThisHost(host: string): boolean {
  return host.slice(host.indexOf('#') + 1) === thisHost.slice(thisHost.indexOf('#') + 1);
}

export function hostName(host: string): string {
  return host.split('#')[0] || 'unknown';
}

function identity(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}.${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    // Without /proc the name has to do; the start mark of the process settles the rest.
    return hostname();
  }
}
