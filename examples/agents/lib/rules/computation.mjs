/**
 * A wrong result: where tests fail and nothing crashes, each small change of what is new in the product is tried, and the tests
 * decide. It finds a wrong operator or bound; a thought that was left out it can't find.
 */
import { withLine } from './edit.mjs';

const most = 60;

/** What may have been meant instead. Whole tokens between blanks, so that `=>` and `++` stay what they are. */
const swaps = [
  [' + ', [' * ', ' - ']],
  [' - ', [' + ']],
  [' * ', [' + ', ' / ']],
  [' / ', [' * ']],
  [' < ', [' <= ', ' > ']],
  [' <= ', [' < ']],
  [' > ', [' >= ', ' < ']],
  [' >= ', [' > ']],
  [' && ', [' || ']],
  [' || ', [' && ']],
  [' === ', [' !== ']],
  [' !== ', [' === ']],
  ['min(', ['max(']],
  ['max(', ['min(']],
];

export async function* computation({ product, stage, evidence }) {
  if (stage !== 'failing') return;
  const fresh = (await product.changes()).filter(
    ({ file, kind }) => kind !== 'removed' && product.sources.includes(file),
  );
  const named = new Set(product.placesIn(evidence).map(({ file }) => file));
  const sorted = fresh.toSorted((a, b) => Number(named.has(b.file)) - Number(named.has(a.file)));
  let left = most;
  for (const { file, line, added } of sorted) {
    const text = product.read(file);
    for (const [index, old] of added.entries()) {
      if (/^\s*(\/\/|\*|\/\*|import )/.test(old)) continue;
      for (const { better, what } of variants(old)) {
        if ((left -= 1) < 0) return;
        const at = line + index;
        yield {
          why: `${file}:${at} computed something else: ${what}`,
          edits: { [file]: withLine(text, at, better) },
        };
      }
    }
  }
}

function* variants(line) {
  for (const [from, instead] of swaps) {
    for (const { index } of line.matchAll(new RegExp(from.replace(/[+*/|(^$]/g, '\\$&'), 'g'))) {
      for (const to of instead) yield variant(line, index, from, to);
    }
  }
  for (const { index, 0: number } of line.matchAll(/(?<![\w.])\d+(?![\w.])/g)) {
    const value = Number(number);
    for (const to of [value + 1, value - 1, value * 10, value / 10]) {
      if (Number.isInteger(to) && to >= 0 && to !== value) yield variant(line, index, number, String(to));
    }
  }
}

const variant = (line, index, from, to) => ({
  better: `${line.slice(0, index)}${to}${line.slice(index + from.length)}`,
  what: `${from.trim()} should be ${to.trim()}`,
});
