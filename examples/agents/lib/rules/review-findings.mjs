/** What reviewers object to and what can be mended without a thought: lost tests, tests that are skipped, stops for a debugger. */
import { applyHunk, hunksOf, patchBack } from '../diff.mjs';

export async function* reviewFindings({ product, findings }) {
  for (const finding of findings) {
    const { title, file } = finding;
    if (!file) continue;
    if (/test(s)? (was|were) removed/i.test(title)) yield* restored(product, finding);
    if (!product.has(file)) continue;
    const text = product.read(file);
    const drop = /debugger/.test(title) ? /^[ \t]*debugger;?[ \t]*\n/gm : undefined;
    const marks = /\.(skip|only)\b/.test(title) ? /\b(test|it|suite|describe)\.(?:skip|only)\(/g : undefined;
    const better = text.replace(drop ?? /$^/, '').replace(marks ?? /$^/, '$1(');
    if (better !== text) yield { finding, why: `${title} (${file})`, edits: { [file]: better } };
  }
}

/** Only what was taken out comes back: tests that were added beside it stay. */
async function* restored(product, finding) {
  const changes = (await product.changes()).filter(
    ({ file, removed, added }) => file === finding.file && removed.length > 0 && added.length === 0,
  );
  if (changes.length === 0 || !product.has(finding.file)) return;
  let text = product.read(finding.file);
  for (const hunk of changes.flatMap((change) => hunksOf(patchBack([change]))))
    text = applyHunk(text, hunk) ?? text;
  yield { finding, why: `${finding.title} (${finding.file})`, edits: { [finding.file]: text } };
}
