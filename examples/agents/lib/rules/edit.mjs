/** The edits that a rule proposes: for each file its whole new text. Nothing is written here. */

/** One place of a file replaced; no edit where it is not there. */
export function replaced(product, file, from, to) {
  return { [file]: product.read(file).replace(from, () => to) };
}

/** One line of a text replaced by none, one or several. `line` counts from 1. */
export function withLine(text, line, ...instead) {
  return text
    .split('\n')
    .toSpliced(line - 1, 1, ...instead)
    .join('\n');
}
