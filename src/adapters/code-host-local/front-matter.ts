import { parseDocument, stringify } from 'yaml';

/** A Markdown file with YAML in front: `---`, keys, `---`, text. */
export interface MarkdownFile {
  readonly data: unknown;
  readonly body: string;
}

/** What the file holds, or a sentence about what is wrong with it. */
export function readMarkdown(text: string): MarkdownFile | string {
  const match = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text);
  if (!match) return 'it does not begin with a block of YAML between two lines of ---';
  const document = parseDocument(match[1] ?? '', { schema: 'core' });
  const [error] = document.errors;
  if (error) return `its YAML can't be read: ${error.message.split('\n')[0]?.replace(/:$/, '') ?? ''}`;
  return { data: document.toJS({ maxAliasCount: 10 }), body: (match[2] ?? '').replace(/^\r?\n/, '') };
}

export function writeMarkdown(data: Readonly<Record<string, unknown>>, body: string): string {
  return `---\n${stringify(data, { lineWidth: 0 })}---\n\n${body.trimEnd()}\n`;
}
