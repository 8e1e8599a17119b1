import type { Bundle } from './bundle.ts';
import { renderScope } from './scope-details.ts';
import { bullets, inline, quoted } from '../text/markdown.ts';
import { capitalized } from '../text/capitalized.ts';

export interface ApprovalEvidence {
  readonly title: string;
  readonly bundle: Bundle;
  /** Of its migrations, those that the environment does not have yet. */
  readonly newMigrations: readonly string[];
  /** Where it can be tried, and where it will be. */
  readonly places: readonly { readonly name: string; readonly url: string }[];
  readonly notes: string;
  readonly concerns: readonly string[];
  /** What was checked, with its result: `End-to-end suite: 12 of 12 passed`. */
  readonly checks: readonly string[];
  /** Markdown: versions in it that were taken back before; empty where none was. */
  readonly takenBack?: string;
  /** Markdown: issues that what runs there goes on with; empty where none is open. */
  readonly noted?: string;
  /** Markdown: the checklist of the process, as far as it has come; empty where its flow has none. */
  readonly checklist?: string;
  /** Why an earlier approval is void, where there was one. */
  readonly void: readonly string[];
}

/** What an approver needs (RW-8): release notes, what is included, the staging address, concerns and risks. Markdown. */
export function renderApproval({ title, bundle, ...evidence }: ApprovalEvidence): string {
  const place = bundle.previousVersion
    ? `replaces **v${bundle.previousVersion}** in ${bundle.environment}`
    : `is the first version in ${bundle.environment}`;
  return [
    evidence.void.length > 0 ? section('An earlier approval is void', bullets(evidence.void)) : '',
    evidence.takenBack ? section('Taken back before', evidence.takenBack) : '',
    section(
      'What is included',
      [
        `${inline(title)} **v${bundle.version}** ${place}. Commit \`${bundle.commit.slice(0, 10)}\`.`,
        renderScope(bundle),
        evidence.newMigrations.length > 0
          ? `New migrations:\n\n${bullets(evidence.newMigrations)}`
          : 'No new migrations.',
      ]
        .filter(Boolean)
        .join('\n\n'),
    ),
    section('Try it', evidence.places.map(({ name, url }) => `${capitalized(name)}: <${url}>.`).join(' ')),
    section('Evidence', bullets(evidence.checks, { none: 'nothing was checked' })),
    evidence.noted ? section('Noted before, and still open', evidence.noted) : '',
    section(
      'Concerns and risks',
      [
        `Risk: **${bundle.risk.level}** – ${inline(bundle.risk.reasons.join('; '), 2_000)}.`,
        bullets(evidence.concerns, { none: 'No concerns were raised.' }),
      ].join('\n\n'),
    ),
    section('It succeeds when', bullets(bundle.successCriteria, { limit: Infinity, longest: 600 })),
    section('Rollback', bullets(bundle.rollbackPlan)),
    evidence.checklist ? section('Checklist', evidence.checklist) : '',
    section('Release notes', quoted(evidence.notes)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function section(title: string, body: string): string {
  return `#### ${title}\n\n${body}`;
}
