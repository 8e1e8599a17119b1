import { createHash } from 'node:crypto';
import type { Notification } from '../../activities/ports/records.ts';
import { isLink, parseBlocks, plainStyle, plainText, renderInline } from './markdown.ts';
import { NotificationProblem } from './notification-problem.ts';
import { exchange, refusal } from './post.ts';
import type { Answer, PostOptions } from './post.ts';

/** What PagerDuty takes: characters of a summary and of a key. */
const longestSummary = 1_024;
const longestKey = 255;
/** Characters that leave an event far below the 512 KB it may have, however they are encoded. */
const longestDetails = 30_000;
const mostLinks = 20;

type Severity = 'critical' | 'error' | 'warning' | 'info';

/** The body of a request to PagerDuty's Events API v2. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger';
  readonly dedup_key: string;
  readonly client: string;
  readonly payload: {
    readonly summary: string;
    readonly source: string;
    readonly severity: Severity;
    readonly component: string;
    readonly class: Notification['event'];
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

const severities: Readonly<Record<Notification['event'], Severity>> = {
  // Nobody but a person helps now.
  'rollback-failed': 'critical',
  failed: 'error',
  issue: 'error',
  'rolled-back': 'error',
  blocked: 'warning',
  question: 'warning',
  escalation: 'warning',
  reminder: 'warning',
  'approval-needed': 'info',
  released: 'info',
  stopped: 'info',
};

/** A notification as a problem for whoever is on call. */
export function pagerDutyEvent(notification: Notification, routingKey: string): PagerDutyEvent {
  const { event, run, product, version, title, body, key } = notification;
  const severity = severities[event];
  return {
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: incidentOf(notification, severity),
    client: 'Sluice',
    payload: {
      summary: cut(
        [title, firstLine(body)]
          .map(oneLine)
          .filter((text) => text !== '')
          .join(' – ') || event,
        longestSummary,
      ),
      source: cut(oneLine(run), longestKey),
      severity,
      component: product,
      class: event,
      custom_details: {
        event,
        run,
        ...(version === undefined ? {} : { version }),
        details: cut(plainText(body.slice(0, 2 * longestDetails)), longestDetails),
        notification: key,
      },
    },
    links: notification.links
      .filter(({ url }) => isLink(url))
      .slice(0, mostLinks)
      .map(({ title: text, url }) => ({ href: url, text: cut(oneLine(text), longestKey) })),
  };
}

/**
 * Which incident it belongs to: what one execution of a run says with the same severity is one, so that a repetition and later news
 * page nobody again. Worse news is an incident of its own, for PagerDuty wakes nobody about one that somebody has acknowledged.
 */
function incidentOf({ key, run }: Notification, severity: Severity): string {
  const execution = key.startsWith(`${run}/`) ? key.slice(0, key.lastIndexOf('/')) : run;
  const incident = `${execution}/${severity}`.toWellFormed();
  return incident.length <= longestKey ? incident : createHash('sha256').update(incident).digest('hex');
}

/** Only 202 says that it was taken: what answers otherwise is not the Events API, and nobody would be paged. */
export async function page(address: string, event: PagerDutyEvent, options: PostOptions): Promise<void> {
  const what = 'PagerDuty';
  const request = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
  const answer = await exchange(what, address, request, options);
  if (answer.status === 202) return;
  if (answer.status >= 200 && answer.status < 300)
    throw new NotificationProblem(
      `${what} answered ${answer.status} and not 202: see whether the url is that of an Events API v2`,
      false,
    );
  throw refusal(what, { ...answer, said: errorsIn(answer) });
}

/** PagerDuty says in JSON what it doesn't like; what something between says stays as it is. */
function errorsIn({ said }: Answer): string {
  try {
    const { status, message, errors } = JSON.parse(said) as Record<string, unknown>;
    const texts = [status, message, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
    return texts.filter((text) => typeof text === 'string').join(': ') || said;
  } catch {
    return said;
  }
}

/** The first sentence for people: no heading, no code. */
function firstLine(markdown: string): string {
  for (const block of parseBlocks(markdown)) {
    if ((block.kind === 'text' || block.kind === 'item') && block.text.trim() !== '')
      return renderInline(block.text.slice(0, longestSummary), plainStyle);
  }
  return '';
}

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const cut = (text: string, longest: number): string =>
  (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`).toWellFormed();
