#!/usr/bin/env node
/**
 * reviewer: an agent that reads what is new in a version (roles of the trio and of the juniors, phase `review`).
 *
 * It runs `git diff base..head` in its work directory and looks for what it can prove from the lines themselves. REVIEW_FOCUS says
 * what for: `correctness`, `security` or `requirements`. A finding that is critical or high makes the verdict `reject`. In the
 * phase `consult` it is asked, after the senior, about a problem that the driver could not solve.
 *
 * A check (lib/checks/) gets the change and gives findings: add your own there.
 */
import { serve } from './lib/contract.mjs';
import { advise, asFindings, inWords } from './lib/advise.mjs';
import { readChange } from './lib/change.mjs';
import { correctness } from './lib/checks/correctness.mjs';
import { requirements } from './lib/checks/requirements.mjs';
import { security } from './lib/checks/security.mjs';
import { isSerious, sorted, verdictOf } from './lib/verdict.mjs';

const checks = { correctness, security, requirements };
const focus = process.env.REVIEW_FOCUS ?? 'correctness';

await serve({ review, consult });

async function review(inputs, { workDirectory }) {
  if (!Object.hasOwn(checks, focus)) {
    throw new Error(`REVIEW_FOCUS is "${focus}": set it to ${Object.keys(checks).join(', ')}.`);
  }
  const change = await readChange(workDirectory, inputs);
  const { missing, findings: found = [] } = await checks[focus](change);
  if (missing) return { status: 'needs-input', summary: missing };
  const findings = sorted(found);
  const verdict = verdictOf(findings);
  return {
    status: 'done',
    summary: `${focus}: ${change.files.length} files read, ${findings.length} findings, ${findings.filter(isSerious).length} of them critical or high`,
    verdict,
    findings,
    text: findings.map(({ severity, title, detail }) => `- **${severity}** ${title}: ${detail}`).join('\n'),
  };
}

/** A look that the senior has not had: everything at once that happened to a file. Only correctness has one. */
async function consult(inputs, { workDirectory }) {
  if (!inputs.problem) throw new Error('There is no "problem" in the inputs.');
  const suspects = focus === 'correctness' ? await advise(inputs, workDirectory, { whole: true }) : [];
  if (suspects.length === 0)
    return { status: 'stuck', summary: `${focus}: I see nothing that could cause this.` };
  return {
    status: 'done',
    summary: `Suspect: all that changed in ${suspects.map(({ file }) => file).join(', ')}`,
    findings: asFindings(suspects),
    text: inWords(suspects),
  };
}
