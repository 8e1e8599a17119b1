import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Notification } from '../../activities/ports/records.ts';
import { isLink, parseBlocks, plainText, renderInline } from './markdown.ts';
import type { Block, InlineStyle } from './markdown.ts';

/**
 * A notification as a mail. The same key gives the same Message-ID, so a repetition can be told; all mails of a run
 * refer to one made-up first mail, so mail programs show them as one thread.
 */
export function emailMessage(
  notification: Notification,
  from: string,
  to: readonly string[],
): SendMailOptions {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'sluice.invalid';
  const id = (kind: string, text: string) => `<${kind}.${shortHash(text)}@${domain}>`;
  const thread = id('run', notification.run);
  const links = notification.links.filter(({ url }) => isLink(url));
  return {
    from,
    to: [...to],
    subject: oneLine(notification.title).slice(0, 300),
    messageId: id('key', notification.key),
    inReplyTo: thread,
    references: [thread],
    headers: {
      'X-Sluice-Event': notification.event,
      'X-Sluice-Run': oneLine(notification.run),
      'Auto-Submitted': 'auto-generated',
    },
    text: [
      plainText(notification.body),
      ...links.map(({ title, url }) => `${oneLine(title)}: ${url}`),
      signed(notification),
    ].join('\n\n'),
    html: htmlOf(notification, links),
  };
}

const signed = ({ product, version, run }: Notification): string =>
  `-- \n${[product, version, run].filter((part) => part !== undefined).join(' · ')}`;

function htmlOf(notification: Notification, links: Notification['links']): string {
  const body = parseBlocks(notification.body).map(blockHtml).join('\n');
  const list = links.map(({ title, url }) => `<p>${anchor(escape(oneLine(title)), url)}</p>`).join('\n');
  const { product, version, run } = notification;
  const footer = escape([product, version, run].filter((part) => part !== undefined).join(' · '));
  return `<div style="font-family:sans-serif">\n${body}\n${list}\n<p style="color:#666"><small>${footer}</small></p>\n</div>`;
}

function blockHtml(block: Block): string {
  if (block.kind === 'code') return `<pre>${escape(block.lines.join('\n'))}</pre>`;
  const inner = renderInline(block.text, html);
  if (block.kind === 'heading') return `<h3>${inner}</h3>`;
  if (block.kind === 'item') return `<div style="margin-left:${1 + block.indent / 2}em">• ${inner}</div>`;
  return inner.trim() === '' ? '<br>' : `<div>${inner}</div>`;
}

/** No line break reaches a header: a title can't add one of its own. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const shortHash = (text: string): string =>
  createHash('sha256').update(text.toWellFormed()).digest('hex').slice(0, 32);
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
const anchor = (inner: string, url: string): string => `<a href="${escape(url)}">${inner}</a>`;

const html: InlineStyle = {
  text: escape,
  code: (raw) => `<code>${escape(raw)}</code>`,
  bold: (inner) => `<b>${inner}</b>`,
  italic: (inner) => `<i>${inner}</i>`,
  strike: (inner) => `<s>${inner}</s>`,
  link: anchor,
};
