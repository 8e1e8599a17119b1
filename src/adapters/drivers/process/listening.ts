import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** TCP ports that these processes listen on, as far as the system tells (Linux). */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const ports = new Map<string, number>();
  for (const file of ['tcp', 'tcp6']) {
    for (const line of read(`/proc/net/${file}`).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [local, state, inode] = [fields[1], fields[3], fields[9]];
      // 0A is LISTEN (proc_net_tcp).
      if (state === '0A' && local && inode)
        ports.set(`socket:[${inode}]`, Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
    }
  }
  const found = pids.flatMap((pid) => openFiles(pid).flatMap((name) => ports.get(name) ?? []));
  return [...new Set(found)].sort((a, b) => a - b);
}

function openFiles(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
