/**
 * Advice on a problem that the driver could not solve: which change since the version that serves has to do with the evidence. What
 * is advised is to take that change back, as a patch that the driver can try; the rest of the new version stays.
 */
import { byFile, changesIn, patchBack } from './diff.mjs';
import { isTest, openProduct } from './product.mjs';
import { patchesIn } from './rules/advice.mjs';

const most = 3;

/**
 * Looks for suspects. With `whole`, everything that happened to a file is taken back at once, for faults that are in two places.
 * `advice` is what was said before: nothing is advised twice.
 */
export async function advise(
  { problem, tried = [], diff, base, advice = [] },
  workDirectory,
  { whole = false } = {},
) {
  const product = await openProduct(workDirectory, base);
  const changes = (diff ? changesIn(diff) : await product.changes()).filter(
    ({ file, kind }) => kind === 'changed' && !isTest(file) && /\.[cm]?[jt]sx?$/.test(file),
  );
  // The driver tried it in the work directory: its findings show the failure of today.
  const seen = tried.flatMap(({ summary, findings = [] }) => [
    summary,
    ...findings.map(({ detail }) => detail),
  ]);
  const evidence = [problem.summary, problem.logTail, ...seen].filter(Boolean).join('\n');
  const places = product.placesIn(evidence);
  // A wrong result leaves no trace in what computed it: what the failing test imports is next of kin.
  const tested = new Set(
    places.filter(({ file }) => isTest(file)).flatMap(({ file }) => product.importsOf(file)),
  );
  const words = wordsOf(evidence);
  const told = new Set(advice.flatMap(patchesIn).map((patch) => patch.trim()));
  const groups = whole ? byFile(changes).map(([, group]) => group) : changes.map((one) => [one]);
  return groups
    .map((group) => ({
      file: group[0].file,
      changes: group,
      patch: patchBack(group),
      weight: Math.max(...group.map((change) => suspicion(change, places, tested, words))),
    }))
    .filter(({ weight, patch }) => weight >= 4 && !told.has(patch.trim()))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most);
}

/** The advice in words, with the patches in blocks that the driver understands. */
export function inWords(suspects) {
  const parts = suspects.map(({ file, changes, patch }, index) => {
    const where = changes.map(({ line, section }) => `line ${line}${section ? ` (${section.trim()})` : ''}`);
    return `${index + 1}. ${file}, ${where.join(' and ')}, is new and has to do with the failure. Take it back:\n\n\`\`\`diff\n${patch}\n\`\`\``;
  });
  return `Try these one after the other, and keep the first that helps.\n\n${parts.join('\n\n')}\n`;
}

export const asFindings = (suspects) =>
  suspects.map(({ file, changes }) => ({
    severity: 'medium',
    title: `suspect: what changed in ${file}, line ${changes.map(({ line }) => line).join(', ')}`,
    detail: changes
      .map(({ removed, added }) => [...removed.map((l) => `-${l}`), ...added.map((l) => `+${l}`)].join('\n'))
      .join('\n…\n'),
    file,
  }));

/** A change is suspect for lying where a stack trace points, for being in a file that it names or that
 * a failing test imports, and for words of the failure. */
function suspicion({ file, line, added, removed, section }, places, tested, words) {
  const here = places.filter((place) => place.file === file);
  const near = here.some((place) => place.line > 0 && Math.abs(place.line - line) <= 15);
  const own = wordsOf([...added, ...removed, section].join('\n'));
  const shared = [...own].filter((word) => words.has(word)).length;
  // Lines that only went missing leave no trace of their own.
  const lost = added.length === 0 ? 1 : 0;
  return (near ? 5 : 0) + (here.length > 0 ? 4 : tested.has(file) ? 3 : 0) + Math.min(shared, 3) + lost;
}

/** Names as code has them; short ones and those of the language say nothing. */
function wordsOf(text) {
  const common =
    /^(const|return|function|import|export|from|await|async|error|test|node|internal|expected|actual|true|false|undefined|values|strictly|equal)$/i;
  return new Set((text.match(/[A-Za-z_$][\w$]{3,}/g) ?? []).filter((word) => !common.test(word)));
}
