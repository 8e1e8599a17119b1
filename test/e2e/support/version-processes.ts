import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** Every process that works in the tree of one of a product's versions in production, whatever it has made of its environment and group. */
export function versionProcesses({ data }: World, product: string): readonly number[] {
  const trees = `${join(data, 'environments', product, 'production', 'versions')}/`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${name}/cwd`).startsWith(trees);
      } catch {
        return false; // It has ended.
      }
    })
    .map(Number)
    .sort((a, b) => a - b);
}
