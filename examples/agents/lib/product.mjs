/** The product in the work directory: which files it has, and where in them a log points. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { changesIn } from './diff.mjs';
import { diff, git } from './run.mjs';

/** A place as stack traces have it: `file:///srv/app/src/a.js:12:3`, `/srv/app/src/a.js:12`, `test/a.test.js:3:1`. */
const place = /(?:file:\/\/)?((?:\/|[\w.@-]+\/)[^\s:()'"]*\.[cm]?[jt]s)(?::(\d+))?/g;

/** Opens the product. `base` is the commit that serves now; without it, what the last commit changed counts as new. */
export async function openProduct(root, base) {
  const listed = await git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  const files = listed.split('\0').filter(Boolean);
  const known = new Set(files);
  const read = (file) => readFileSync(join(root, file), 'utf8');
  return {
    root,
    base: base ?? 'HEAD~1',
    files,
    /** What runs, without tests, migrations, and prose. */
    sources: files.filter((file) => /\.[cm]?js$/.test(file) && !isTest(file)),
    read,
    write: (file, text) => writeFileSync(join(root, file), text),
    has: (file) => known.has(file),
    manifest: () => (known.has('package.json') ? JSON.parse(read('package.json')) : {}),
    /** Files and lines that a text names, first named first. What was deployed lies elsewhere: the end of its path counts. */
    placesIn(text) {
      const seen = new Map();
      for (const [, path, line] of text.matchAll(place)) {
        const file = locate(decodePath(path), known);
        if (file) seen.set(`${file}:${line}`, { file, line: Number(line ?? 0) });
      }
      return [...seen.values()];
    },
    /** What a file imports of the product itself. */
    importsOf(file) {
      const own = [...read(file).matchAll(/from\s+['"](\.[^'"]+)['"]/g)];
      return own.map(([, from]) => posix.join(posix.dirname(file), from)).filter((path) => known.has(path));
    },
    /** What is new in the product since `base`, with what isn't committed yet. */
    async changes() {
      return changesIn(await diff(root, this.base).catch(() => ''));
    },
  };
}

export const isTest = (file) => /(^|\/)(tests?|__tests__|spec)\/|\.(test|spec)\.[cm]?[jt]sx?$/.test(file);

/** `/srv/versions/1.2.3/src/a.js` is `src/a.js`, if there is such a file here. */
function locate(path, known) {
  const parts = path.split('/').filter(Boolean);
  for (let from = 0; from < parts.length; from += 1) {
    const file = parts.slice(from).join('/');
    if (known.has(file)) return file;
  }
  return undefined;
}

function decodePath(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
