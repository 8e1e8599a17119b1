/** Unified diffs, read change by change: a change is one run of lines that were taken out or put in. */

/**
 * The changes of a diff, in its order. `line` is where the change is in the new file; `before` and `after` are the lines around it
 * there, at most three; `section` is what git says it lies in.
 */
export function changesIn(diff) {
  return diff.split(/^(?=diff --git )/m).flatMap((part) => {
    const file = /^\+\+\+ b\/(.+?)\t?$/m.exec(part)?.[1];
    const gone = /^--- a\/(.+?)\t?$/m.exec(part)?.[1];
    if (!file && !gone) return [];
    const kind = file === undefined ? 'removed' : gone === undefined ? 'added' : 'changed';
    const hunks = part.split(/^(?=@@ -)/m).slice(1);
    return hunks.flatMap((hunk) =>
      changesOf(hunk).map((change) => ({ file: file ?? gone, kind, ...change })),
    );
  });
}

function changesOf(hunk) {
  const [head, ...rest] = hunk.split('\n');
  const [, start, section = ''] = /^@@ -\S+ \+(\d+)(?:,\d+)? @@ ?(.*)$/.exec(head) ?? [];
  const fresh = [];
  const found = [];
  let open;
  for (const line of rest) {
    const [sign, text] = [line[0], line.slice(1)];
    if (sign === '-' || sign === '+') {
      open ??= found[found.push({ at: fresh.length, removed: [], added: [] }) - 1];
      open[sign === '-' ? 'removed' : 'added'].push(text);
    } else if (sign === ' ') open = undefined;
    if (sign === '+' || sign === ' ') fresh.push({ text, isNew: sign === '+' });
  }
  // Only lines that are the same on both sides: then one change can be taken back beside another one.
  const same = (lines) => lines.slice(0, 3).map(({ text }) => text);
  const upTo = (lines) =>
    lines.slice(
      0,
      [...lines, { isNew: true }].findIndex(({ isNew }) => isNew),
    );
  return found.map(({ at, removed, added }) => ({
    section,
    line: Number(start) + at,
    removed,
    added,
    before: same(upTo(fresh.slice(0, at).reverse())).reverse(),
    after: same(upTo(fresh.slice(at + added.length))),
  }));
}

/** Changes with their file, in the order of the files. */
export function byFile(changes) {
  const files = new Map();
  for (const change of changes) files.set(change.file, [...(files.get(change.file) ?? []), change]);
  return [...files];
}

/** A patch that takes changes of one file back. */
export function patchBack(changes) {
  const hunks = changes.map(({ line, removed, added, before, after, section }) => {
    const around = before.length + after.length;
    const from = line - before.length;
    return [
      `@@ -${from},${added.length + around} +${from},${removed.length + around} @@ ${section}`.trimEnd(),
      ...before.map((text) => ` ${text}`),
      ...added.map((text) => `-${text}`),
      ...removed.map((text) => `+${text}`),
      ...after.map((text) => ` ${text}`),
    ].join('\n');
  });
  const { file } = changes[0];
  return [`--- a/${file}`, `+++ b/${file}`, ...hunks].join('\n');
}

/** The hunks of a patch: per file, which lines become which. Files that it creates or removes are left out. */
export function hunksOf(patch) {
  return patch.split(/^(?=--- a\/)/m).flatMap((part) => {
    const file = /^\+\+\+ b\/(\S+)/m.exec(part)?.[1];
    if (!file) return [];
    return part
      .split(/^(?=@@ )/m)
      .slice(1)
      .map((hunk) => {
        // Between two files stand lines of git's own (`diff --git`, `index`), and `\ No newline at end of file`.
        const lines = hunk
          .replace(/\n+$/, '')
          .split('\n')
          .slice(1)
          .filter((text) => /^(?:[ +-]|$)/.test(text));
        const side = (sign) => lines.filter((text) => !text.startsWith(sign)).map((text) => text.slice(1));
        return { file, from: side('+'), to: side('-') };
      });
  });
}

/** The text with a hunk applied; undefined where its lines are not there, or are there more than once. */
export function applyHunk(text, { from, to }) {
  const old = from.join('\n');
  const framed = `\n${text}`;
  const parts = framed.split(`\n${old}\n`);
  if (old === '' || parts.length !== 2) return undefined;
  return `${parts[0]}\n${to.map((line) => `${line}\n`).join('')}${parts[1]}`.slice(1);
}
