import type { Notification } from '../../activities/ports/records.ts';
import { isLink, parseBlocks, renderInline } from './markdown.ts';
import type { Block, InlineStyle } from './markdown.ts';

/** Slack's limits: characters of a section's text, and blocks of a message with room for title, links and context. */
const longestSection = 3_000;
const mostSections = 40;

type SlackBlock =
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string } }
  | {
      readonly type: 'context';
      readonly elements: readonly { readonly type: 'mrkdwn'; readonly text: string }[];
    };

export interface SlackMessage {
  /** Shown in notifications, and where blocks are not. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
}

/** A notification as a message for a Slack-compatible incoming webhook. */
export function slackMessage(notification: Notification): SlackMessage {
  const title = escape(oneLine(notification.title)).slice(0, 2_000);
  const links = notification.links
    .filter(({ url }) => isLink(url))
    .map(({ title: name, url }) => link(name, url));
  // Incoming webhooks know no idempotency key: the short key lets a person see that a message came twice.
  const from = [notification.product, notification.version, notification.run, notification.key.slice(-12)];
  const context = escape(
    from
      .filter((part) => part !== undefined)
      .map(oneLine)
      .join(' · '),
  ).slice(0, 2_000);
  return {
    text: title,
    blocks: [
      section(`*${title.replaceAll('*', '∗')}*`),
      ...sections(notification.body),
      ...packed(links).map(section),
      { type: 'context', elements: [{ type: 'mrkdwn', text: context }] },
    ],
    unfurl_links: false,
  };
}

function sections(body: string): readonly SlackBlock[] {
  const all = packed(parseBlocks(body).flatMap(render));
  if (all.length <= mostSections) return all.map(section);
  return [...all.slice(0, mostSections - 1), '_… the rest is left out: see the links_'].map(section);
}

function render(block: Block): readonly string[] {
  if (block.kind === 'code') return fenced(block.lines);
  const lines = pieces(block.text).map((piece) => renderInline(piece, mrkdwn));
  if (block.kind === 'heading')
    return lines.map((line) => (line.trim() ? `*${line.replaceAll('*', '')}*` : ''));
  return block.kind === 'item'
    ? lines.map((line, i) => `${' '.repeat(block.indent)}${i ? '  ' : '• '}${line}`)
    : lines;
}

/** Code in as many fences as it takes, so that none is torn apart. */
function fenced(lines: readonly string[]): readonly string[] {
  const fence = '```\n';
  return packed(lines.flatMap(pieces).map(escape), longestSection - 2 * fence.length).map(
    (part) => `${fence}${part.replaceAll('```', "'''")}\n\`\`\``,
  );
}

/** Puts lines together to texts that fit into a section. */
function packed(lines: readonly string[], room = longestSection): readonly string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= room)
      texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts.filter((text) => text.trim() !== '');
}

/** Long lines in pieces that fit even where every character has to be escaped. */
function pieces(line: string): readonly string[] {
  return line.length <= 500 ? [line] : (line.match(/[\s\S]{1,500}/gu) ?? []);
}

const section = (text: string): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text } });
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/**
 * Slack's own three characters; without this a text could mention a whole channel. Other services that take the same messages call
 * whoever stands behind an @: something without width between keeps them from it.
 */
const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<!\w)@(?=\w)/g, '@\u200b');
const address = (url: string): string =>
  escape(url.replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C'));
const link = (name: string, url: string): string =>
  `<${address(url)}|${escape(oneLine(name)).replaceAll('|', '¦')}>`;

const mrkdwn: InlineStyle = {
  text: escape,
  code: (raw) => `\`${escape(raw)}\``,
  bold: (inner) => `*${inner}*`,
  italic: (inner) => `_${inner}_`,
  strike: (inner) => `~${inner}~`,
  link: (inner, url) => `<${address(url)}|${inner.replaceAll('|', '¦')}>`,
};
