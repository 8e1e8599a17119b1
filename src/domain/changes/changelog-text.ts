/** Finding one's way in the lines of a Markdown file. */

/** The `## ` headings outside of code fences, each with where its section ends. */
export function headingsOf(lines: readonly string[]): { line: string; at: number; end: number }[] {
  const found: { line: string; at: number; end: number }[] = [];
  const links = linksStart(lines);
  const fenced = fencedLines(lines);
  for (const [at, line] of lines.entries()) {
    if (!fenced.has(at) && /^##\s/.test(line)) found.push({ line, at, end: lines.length });
  }
  return found.map((heading, index) => ({
    ...heading,
    end: found[index + 1]?.at ?? Math.max(heading.at + 1, links),
  }));
}

/** Lines of code blocks that are closed. */
export function fencedLines(lines: readonly string[]): ReadonlySet<number> {
  const inside = new Set<number>();
  const mark = (at: number) => /^\s{0,3}(```|~~~)/.exec(lines[at] ?? '')?.[1];
  for (let at = 0; at < lines.length; at += 1) {
    const opened = mark(at);
    const end =
      opened === undefined ? -1 : lines.findIndex((_, other) => other > at && mark(other) === opened);
    for (; at < end; at += 1) inside.add(at);
  }
  return inside;
}

/** Where the block of link definitions at the end of the file begins. */
export function linksStart(lines: readonly string[]): number {
  let at = lines.length;
  while (at > 0 && /^(?:\s*|\[[^\]]+\]:\s.*)$/.test(lines[at - 1] ?? '')) at -= 1;
  return lines.slice(at).some((line) => line.startsWith('['))
    ? at + (lines[at]?.trim() === '' ? 1 : 0)
    : lines.length;
}
