import type { Severity } from '../run/messages.ts';
import { visible } from '../text/visible.ts';
import { inline } from '../text/markdown.ts';
import { labelled } from './facts.ts';

export interface NotedIssue {
  readonly product: string;
  readonly version: string;
  readonly environment: string;
  /** The workflow id. */
  readonly run: string;
  readonly severity: Severity;
  readonly reason: string;
  /** Who left it to a hotfix; nobody where it is low. */
  readonly leftBy: readonly string[];
}

/** The task for an issue that a version goes on with (requirements.md, "issues noted as low, or left to a hotfix"). Body: Markdown. */
export function notedTask(issue: NotedIssue): {
  readonly title: string;
  readonly body: string;
  readonly severity: Severity;
} {
  const { product, version, environment, run, severity, reason, leftBy } = issue;
  const line = visible(reason.replace(/\s+/g, ' ').trim());
  return {
    severity,
    title: `${product} v${version}: ${line.length > 160 ? `${line.slice(0, 159)}…` : line}`.toWellFormed(),
    body: [
      labelled([
        ['Run', run],
        ['Severity', severity],
        ['Seen in', `${environment}, which goes on with v${version}`],
        ...(leftBy.length > 0 ? [['Left to a hotfix by', leftBy.join(', ')] as const] : []),
      ]),
      inline(reason, 8_000),
      'The next release names it until it is closed. A commit on main that says "fixes #N" closes it.',
    ].join('\n\n'),
  };
}
