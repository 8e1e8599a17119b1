/**
 * What steers whoever shows a text, in place of being shown: control characters, marks that turn the direction of what follows, and
 * characters of no width. Those that join letters or emoji (U+200C, U+200D) are part of words, and stay.
 */
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Text of others with nothing hidden in it: ESC is shown as ␛, a mark that turns the direction as ⟨U+202E⟩, half a character as �.
 * Line ends and tabs stay. Every border passes texts through here: Markdown, terminal, HTML, notifications.
 */
export function visible(text: string): string {
  return text.toWellFormed().replace(/\r\n/g, '\n').replace(steering, shown);
}

function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A JSON document that means the same and steers no terminal: what would is written as `\\u202e`. */
export const visibleJson = (document: unknown): string =>
  JSON.stringify(document, null, 2).replace(steering, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
