import { readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Configurations } from '../../activities/ports/index.ts';
import { ConfigurationDamaged } from '../../activities/ports/index.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import { digestOf } from '../../domain/text/digest.ts';
import { replaceFile } from '../files/replace-file.ts';

/** So many configurations are remembered by a process; the others are read from their files again. */
const remembered = 50;
/** A copy's time is that of its last use, this exact (ms): housekeeping counts in weeks. */
const noted = 60 * 60_000;

/**
 * Configurations as files `<digest>.json` that only the worker's user may read. A copy counts only as long as its content has the digest
 * that it is named by: whoever changes one on disk changes nothing else.
 */
export function createFileConfigurations(directory: string): Configurations {
  const known = new Map<string, { readonly config: ProductConfig; readonly usedAt: number }>();
  const fileOf = (digest: string): string => path.join(directory, `${digest}.json`);

  const remember = (digest: string, config: ProductConfig, usedAt: number): ProductConfig => {
    known.delete(digest);
    known.set(digest, { config, usedAt });
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
    return config;
  };

  return {
    async keep({ config, digest }) {
      const before = known.get(digest);
      const now = Date.now();
      if (before && now - before.usedAt < noted) return;
      if (!(await touch(fileOf(digest), now)) || !(await holds(fileOf(digest), digest)))
        await replaceFile(fileOf(digest), JSON.stringify(config));
      remember(digest, config, now);
    },

    async find(digest) {
      // It becomes the name of a file.
      if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
      const now = Date.now();
      const before = known.get(digest);
      if (before && now - before.usedAt < noted) return before.config;
      const text = await readFile(fileOf(digest), 'utf8').catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const config = verified(text, digest);
      if (!config)
        throw new ConfigurationDamaged(
          `${fileOf(digest)} is not the configuration that was read: it was changed on disk. Nothing is done by it. Find out who did that, and remove the file; a configuration that the catalog still has is written anew`,
        );
      await touch(fileOf(digest), now);
      return remember(digest, config, now);
    },
  };
}

function verified(text: string, digest: string): ProductConfig | undefined {
  try {
    const config: unknown = JSON.parse(text);
    // What has the digest of a configuration that was parsed is that configuration.
    return digestOf(config) === digest ? (config as ProductConfig) : undefined;
  } catch {
    return undefined;
  }
}

const holds = async (file: string, digest: string): Promise<boolean> =>
  verified(await readFile(file, 'utf8').catch(() => ''), digest) !== undefined;

/** Notes that a copy is used now; false where there is none. */
const touch = (file: string, now: number): Promise<boolean> =>
  utimes(file, now / 1_000, now / 1_000).then(
    () => true,
    () => false,
  );
