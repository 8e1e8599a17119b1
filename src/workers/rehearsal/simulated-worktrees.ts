import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkTrees } from '../../activities/ports/index.ts';
import type { ProductConfig } from '../../domain/config/schema.ts';
import type { SimulatedGit } from './simulated-git.ts';
import type { Writing } from './simulated-source.ts';
import { fileAt } from './simulated-source.ts';

/** The file of a simulated product that agents mend. */
export const sourceFile = 'src/index.js';
const asWritten = '// simulated\n';

/** Checkouts with two files, so that what an agent changes is really looked at and committed. */
export function simulatedWorkTrees(config: ProductConfig, git: SimulatedGit, write: Writing): WorkTrees {
  return {
    checkout: async (_source, { commit, directory }) => {
      await rm(directory, { recursive: true, force: true });
      await mkdir(path.join(directory, path.dirname(sourceFile)), { recursive: true });
      await writeFile(path.join(directory, sourceFile), asWritten);
      const manifest = fileAt(config, git.versionAt(commit), 'package.json') ?? '';
      await writeFile(path.join(directory, 'package.json'), manifest);
    },
    snapshot: async (_source, { directory }) => {
      const text = await readFile(path.join(directory, sourceFile), 'utf8');
      return {
        tree: createHash('sha1').update(text).digest('hex'),
        changed: text === asWritten ? [] : [{ path: sourceFile, kind: 'changed' }],
      };
    },
    publish: async (_source, { tree, parent, branch, message, run }) => {
      await write();
      const sha = createHash('sha1').update(`${tree} ${parent}`).digest('hex');
      git.add(sha, `${message}\n\nSluice-Run: ${run}`, parent);
      git.branch(branch, sha);
      return { commit: sha };
    },
  };
}
