/** Patches out of advice: a senior's words may hold fenced blocks of ```diff. Each is tried, the newest advice first. */
import { applyHunk, hunksOf } from '../diff.mjs';
import { isTest } from '../product.mjs';

export function* advice({ product, advice: given }) {
  for (const patch of given.toReversed().flatMap(patchesIn)) {
    const edits = applied(product, hunksOf(patch));
    if (edits) yield { why: `the advice on ${Object.keys(edits).join(', ')} was followed`, edits };
  }
}

/** The patches in a text of Markdown. */
export function patchesIn(text) {
  return [...text.matchAll(/^```diff\n([^]*?)^```/gm)].map(([, patch]) => patch);
}

/** Undefined where a hunk does not fit, or wants to touch a test: what judges a repair is no part of it. */
function applied(product, hunks) {
  const edits = {};
  for (const hunk of hunks) {
    if (!product.has(hunk.file) || isTest(hunk.file)) return undefined;
    const text = applyHunk(edits[hunk.file] ?? product.read(hunk.file), hunk);
    if (text === undefined) return undefined;
    edits[hunk.file] = text;
  }
  return hunks.length > 0 ? edits : undefined;
}
