#!/usr/bin/env node
/**
 * senior: an agent that helps the driver out and that makes one review of many (role `senior`).
 *
 * `consult`: reads what is new in the version (a diff), what fails, and what was tried, and advises which change to take back: prose
 * with patches in fenced ```diff blocks, so that a person, a language model and driver.mjs can all use it. Without a suspect
 * it answers `stuck`, and the reviewers are asked next. It changes nothing itself.
 *
 * `synthesize`: puts the reviews together: each finding once, with the highest severity that anybody gave it, the worst first.
 */
import { serve } from './lib/contract.mjs';
import { advise, asFindings, inWords } from './lib/advise.mjs';
import { isSerious, merge, verdictOf } from './lib/verdict.mjs';

await serve({ consult, synthesize });

async function consult(inputs, { workDirectory }) {
  if (!inputs.problem) throw new Error('There is no "problem" in the inputs.');
  const suspects = await advise(inputs, workDirectory);
  if (suspects.length === 0) {
    return {
      status: 'stuck',
      summary:
        'Nothing that is new in this version and not tried yet has to do with this failure: I have no advice.',
    };
  }
  return {
    status: 'done',
    summary: `Suspect: ${suspects.map(({ file, changes }) => `${file}:${changes[0].line}`).join(', ')}`,
    findings: asFindings(suspects),
    text: inWords(suspects),
  };
}

/** A reviewer who did not come to an end has not agreed: that is a finding of its own. */
function synthesize({ reviews = [] }) {
  const findings = merge(reviews);
  const verdict = reviews.length === 0 ? 'reject' : verdictOf(findings, reviews);
  const serious = findings.filter(isSerious).length;
  const outcome = findings.some(({ severity }) => severity === 'critical')
    ? 'major flaws'
    : verdict === 'reject'
      ? 'fixes needed'
      : 'consensus';
  const lines = findings.map(
    ({ severity, title, file, detail }) =>
      `- **${severity}** ${title}${file ? ` (\`${file}\`)` : ''}: ${detail}`,
  );
  return {
    status: 'done',
    summary: `${outcome}: ${reviews.length} reviews, ${findings.length} different findings, ${serious} of them critical or high`,
    verdict,
    findings,
    text: [
      `# Review: ${outcome}`,
      '',
      ...reviews.map(
        ({ role, verdict: said, summary }) => `${role}: ${said ?? 'no verdict'} – ${summary ?? ''}`,
      ),
      '',
      ...lines,
    ].join('\n'),
  };
}
