/** The small part of Markdown that notifications use. Anything else stays as it was written. */
export type Block =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | { readonly kind: 'item'; readonly text: string; readonly indent: number }
  | { readonly kind: 'code'; readonly lines: readonly string[] };

/** How a target language writes what Markdown means; `text` and `code` get raw text, the others what was rendered. */
export interface InlineStyle {
  text(raw: string): string;
  code(raw: string): string;
  bold(inner: string): string;
  italic(inner: string): string;
  strike(inner: string): string;
  link(inner: string, url: string): string;
}

/** Lines of Markdown as blocks; an unclosed fence goes on to the end. */
export function parseBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let code: string[] | undefined;
  for (const line of markdown.replace(/\r\n?/g, '\n').split('\n')) {
    if (/^\s*```/.test(line)) {
      if (code) blocks.push({ kind: 'code', lines: code });
      code = code ? undefined : [];
    } else if (code) code.push(line);
    else blocks.push(blockOf(line));
  }
  return code ? [...blocks, { kind: 'code', lines: code }] : blocks;
}

const boxes: Readonly<Record<string, string>> = { '[ ] ': '☐ ', '[x] ': '☑ ', '[X] ': '☑ ' };

function blockOf(line: string): Block {
  const heading = /^#{1,6}\s+(.*)$/.exec(line);
  if (heading) return { kind: 'heading', text: heading[1] ?? '' };
  const item = /^(\s{0,12})[-*+]\s+(\[[ xX]\] )?(.*)$/.exec(line);
  if (!item) return { kind: 'text', text: line };
  return {
    kind: 'item',
    indent: (item[1] ?? '').length,
    text: (boxes[item[2] ?? ''] ?? '') + (item[3] ?? ''),
  };
}

// Every length is bounded, so that no text takes more than linear time.
const inline =
  /\\([!-/:-@[-`{-~])|@&#8203;|`([^`]{1,1000})`|\[((?:\\.|[^\\\]]){0,500})\]\(<?([^()\s<>]{1,2000})>?\)|<(https?:\/\/[^\s<>]{1,2000})>|\*\*((?:\\.|[^\\*]){1,1000})\*\*|(?<![\w*])[*_]((?:\\.|[^\\*_]){1,1000})[*_](?![\w*])|~~((?:\\.|[^\\~]){1,1000})~~/;

/** One line of Markdown in the target language. */
export function renderInline(line: string, style: InlineStyle): string {
  let rest = line;
  let out = '';
  for (let match = inline.exec(rest); match; match = inline.exec(rest)) {
    out += style.text(rest.slice(0, match.index)) + renderMatch(match, style);
    rest = rest.slice(match.index + match[0].length);
  }
  return out + style.text(rest);
}

function renderMatch(
  [whole, character, code, label, url, address, bold, italic, strike]: RegExpExecArray,
  style: InlineStyle,
): string {
  if (character !== undefined) return style.text(character);
  if (whole.startsWith('@')) return style.text('@');
  if (address !== undefined) return style.link(style.text(address), address);
  if (code !== undefined) return style.code(code);
  if (url !== undefined)
    return isLink(url) ? style.link(renderInline(label ?? '', style), url) : style.text(whole);
  if (bold !== undefined) return style.bold(renderInline(bold, style));
  if (italic !== undefined) return style.italic(renderInline(italic, style));
  return style.strike(renderInline(strike ?? '', style));
}

/** Only addresses that lead to a page or a mailbox become links: no `javascript:`, no mentions. */
export function isLink(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:', 'mailto:'].includes(new URL(url).protocol);
}

const same = (text: string): string => text;

/** What is told where nothing is rendered: as a reader of the rendered text would see it. */
export const plainStyle: InlineStyle = {
  text: same,
  code: same,
  bold: same,
  italic: same,
  strike: same,
  link: (inner, url) => (inner === url ? url : `${inner} (${url})`),
};

/** A whole text for where nothing is rendered: lists keep their bullets, code its lines. */
export function plainText(markdown: string): string {
  return parseBlocks(markdown)
    .flatMap((block) => {
      if (block.kind === 'code') return block.lines;
      const text = renderInline(block.text, plainStyle);
      return block.kind === 'item' ? [`${' '.repeat(block.indent)}- ${text}`] : [text];
    })
    .join('\n');
}
