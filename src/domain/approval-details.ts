import type { Bundle } from './bundle.ts';

export interface ApprovalEvidence {
  readonly title: string;
  readonly bundle: Bundle;
  /** Of its migrations, those that production does not have yet. */
  readonly newMigrations: readonly string[];
  readonly stagingUrl: string;
  readonly productionUrl: string;
  readonly notes: string;
  readonly concerns: readonly string[];
  /** What was checked, with its result: `End-to-end suite: 12 of 12 passed`. */
  readonly checks: readonly string[];
  /** Why an earlier approval is void, where there was one. */
  readonly void: readonly string[];
}

/** What an approver needs (RW-8): release notes, what is included, the staging address, concerns and risks. Markdown. */
export function renderApproval({ title, bundle, ...evidence }: ApprovalEvidence): string {
  const from = bundle.previousVersion ? `v${bundle.previousVersion}` : 'nothing';
  return [
    evidence.void.length > 0 ? section('An earlier approval is void', bullets(evidence.void)) : '',
    section(
      'What is included',
      [
        `${title} **v${bundle.version}** replaces **${from}** in production. Commit \`${bundle.commit.slice(0, 10)}\`.`,
        bullets(bundle.scope.slice(0, 40), 'no changes'),
        bundle.scope.length > 40 ? `…and ${bundle.scope.length - 40} more` : '',
        evidence.newMigrations.length > 0 ? `New migrations: ${evidence.newMigrations.map((file) => `\`${file}\``).join(', ')}` : 'No new migrations.',
      ]
        .filter(Boolean)
        .join('\n\n'),
    ),
    section('Try it', `Staging: <${evidence.stagingUrl}>. Production: <${evidence.productionUrl}>.`),
    section('Evidence', bullets(evidence.checks, 'nothing was checked')),
    section('Concerns and risks', [`Risk: **${bundle.risk.level}** – ${bundle.risk.reasons.join('; ')}.`, bullets(evidence.concerns, 'No concerns were raised.')].join('\n\n')),
    section('It succeeds when', bullets(bundle.successCriteria)),
    section('Rollback', bullets(bundle.rollbackPlan)),
    section('Release notes', quote(evidence.notes)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function section(title: string, body: string): string {
  return `#### ${title}\n\n${body}`;
}

function bullets(entries: readonly string[], none = 'None.'): string {
  return entries.length > 0 ? entries.map((entry) => `- ${entry}`).join('\n') : none;
}

function quote(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}
