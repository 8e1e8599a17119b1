import { inline } from '../text/markdown.ts';
import type { Severity } from '../run/messages.ts';
import { formatDuration } from '../text/time.ts';
import type { RollbackCause } from './cause.ts';
import type { Noticed } from './noticed.ts';
import { noticedFrom } from './noticed.ts';

/** All that a run knows of a rollback, plain JSON. Nothing is said after one that does not stand here. */
export interface RollbackFacts {
  readonly product: string;
  /** The workflow id. */
  readonly run: string;
  /** What was rolled back, without `v`, and the commit it was made from. */
  readonly version: string;
  readonly commit: string;
  /** What was gone back to; null where there was nothing before. */
  readonly previous: { readonly version: string; readonly commit: string } | null;
  readonly environment: string;
  /** Why it was rolled back, as the run says it. */
  readonly reason: string;
  /** `fault` where it is left out. */
  readonly cause?: RollbackCause;
  /** How it was noticed; where it is left out, `reason` tells. */
  readonly noticed?: Noticed;
  readonly severity: Severity;
  readonly outcome: 'rolled-back' | 'rollback-failed';
  /** Times here and below: ISO 8601. `what` is one line: a step with its state and summary, for example. */
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  readonly decisions: readonly {
    readonly at: string;
    readonly by: string;
    readonly kind: string;
    readonly reason: string;
  }[];
  /** The last lines of what was measured, oldest first. */
  readonly evidence: readonly string[];
  readonly migrations: {
    readonly ran: boolean;
    /** The backup of before the deployment was restored. */
    readonly restored: boolean;
    /** Undone by the command that is configured for it. */
    readonly undone?: boolean;
  };
  /** What looked at the environment after the rollback said; what is left out was not looked at. */
  readonly verified: { readonly health: string; readonly smoke?: string; readonly errorRate?: string };
  readonly durations: {
    /** Milliseconds from the first change in the environment until it was noticed. */
    readonly detectedAfterMs?: number;
    /** Milliseconds from then until the rollback was over. */
    readonly rolledBackInMs?: number;
  };
  /** What had been done before the rollback and is left so, such as the merge to main. */
  readonly leftDone?: readonly string[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

export const noticedIn = ({ noticed, reason }: RollbackFacts): Noticed => noticed ?? noticedFrom(reason);

export const nameOf = ({ product, version }: RollbackFacts): string => `${product} v${version}`;

/** `was rolled back`, or what happened instead. */
export const happened = ({ outcome }: RollbackFacts): string =>
  outcome === 'rolled-back' ? 'was rolled back' : 'was not rolled back';

export function whatRuns({ outcome, previous, environment }: RollbackFacts): string {
  if (outcome === 'rollback-failed')
    return `The rollback${previous ? ` to v${previous.version}` : ''} FAILED. What ${environment} serves, a person has to find out.`;
  return previous
    ? `${environment} runs v${previous.version} again, made from ${previous.commit}.`
    : `${environment} runs nothing, as before: there was no earlier version.`;
}

export function dataText({ migrations: { ran, restored, undone } }: RollbackFacts): string {
  if (restored)
    return 'The database was restored from the backup of before the deployment: what was written since then is not in it.';
  if (undone) return 'The migrations were undone.';
  return ran
    ? 'Migrations ran, or began to, and the database was left with them.'
    : 'No migrations ran: the database was left as it is.';
}

/** How long it took until it was noticed, and until it was over, as far as that is known. */
export function noticedAfter({ durations: { detectedAfterMs } }: RollbackFacts): string[] {
  return detectedAfterMs === undefined
    ? []
    : [`Noticed ${formatDuration(detectedAfterMs)} after the first change`];
}
export function overAfter({ durations: { rolledBackInMs } }: RollbackFacts): string[] {
  return rolledBackInMs === undefined
    ? []
    : [`The rollback was over ${formatDuration(rolledBackInMs)} after it was noticed`];
}

/** A list of label and text; whatever the text says, it stays text. */
export const labelled = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([label, text]) => `- **${label}:** ${inline(text, 2_000)}`).join('\n');

/** Links where they lead somewhere, plain text where not. */
export const linkList = (links: RollbackFacts['links']): string =>
  links
    .map(({ title, url }) =>
      /^(https?|file):\/\/[^\s<>]+$/.test(url)
        ? `- [${inline(title)}](<${url}>)`
        : `- ${inline(`${title}: ${url}`, 2_000)}`,
    )
    .join('\n');
