/** A file that does not parse: leftovers of a merge, and brackets or separators that were lost. */
import { withLine } from './edit.mjs';

const lost = [')', '}', ']', ',', "'", '`', '})', ');', '});'];

export function* syntax({ product, evidence }) {
  if (!/SyntaxError|Unexpected (token|end)|Merge conflict/.test(evidence)) return;
  for (const { file, line } of product.placesIn(evidence)) {
    const text = product.read(file);
    if (/^<{7} /m.test(text)) yield* unmerged(file, text);
    const lines = text.split('\n');
    // What was lost is noticed later, at the next thing that does not fit.
    const above = Array.from({ length: 12 }, (_, back) => line - back).filter(
      (at) => at >= 1 && at <= lines.length,
    );
    for (const at of above) yield* repaired(file, text, at, lines[at - 1]);
  }
}

/** Either side of every conflict: what the tests say decides. */
function* unmerged(file, text) {
  const conflict = /^<{7} .*\n([^]*?)^={7}\n([^]*?)^>{7} .*\n/gm;
  for (const side of ['$1', '$2']) {
    yield {
      why: `${file} holds the marks of a merge that was not finished`,
      edits: { [file]: text.replace(conflict, side) },
    };
  }
}

function* repaired(file, text, at, line) {
  const [, body, end] = /^(.*?)([;,]?\s*)$/.exec(line);
  for (const sign of lost) {
    for (const better of new Set([`${body}${sign}${end}`, `${line}${sign}`])) {
      yield { why: `line ${at} of ${file} lacks a ${sign}`, edits: { [file]: withLine(text, at, better) } };
    }
  }
  if (/^\s*[)}\]]/.test(line) || body.length <= 2) {
    yield { why: `line ${at} of ${file} is one too many`, edits: { [file]: withLine(text, at) } };
  }
}
