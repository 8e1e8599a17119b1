/** What is to be reviewed: the diff between two commits, and what was handed along with it. */
import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { changesIn } from './diff.mjs';
import { isTest } from './product.mjs';
import { diff, git } from './run.mjs';

/** `requirements` is a text, or the path of a file in the work directory. */
export async function readChange(root, { base, head = 'HEAD', requirements, testResults }) {
  if (!base) throw new Error('There is no "base" in the inputs: the commit that serves now.');
  for (const commit of [base, head]) {
    if (String(commit).startsWith('-')) throw new Error(`"${commit}" is no commit.`);
    await git(root, 'rev-parse', '--verify', '--quiet', `${commit}^{commit}`).catch(() => {
      throw new Error(`The commit "${commit}" is not in ${root}.`);
    });
  }
  const changes = changesIn(await diff(root, `${base}..${head}`));
  return {
    root,
    base,
    head,
    changes,
    files: [...new Set(changes.map(({ file }) => file))],
    /** Lines that are new, with their places. */
    added: changes.flatMap(({ file, line, added }) =>
      added.map((text, index) => ({ file, line: line + index, text, inTest: isTest(file) })),
    ),
    requirements: readRequirements(root, requirements),
    testResults,
    show: (file) => git(root, 'show', `${head}:${file}`),
  };
}

function readRequirements(root, given) {
  if (typeof given !== 'string' || given.trim() === '') return undefined;
  if (given.includes('\n') || !/\.\w+$/.test(given)) return given;
  try {
    const file = realpathSync(join(root, given));
    return file.startsWith(realpathSync(root) + sep) ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

export const at = ({ file, line }) => `${file}:${line}`;
