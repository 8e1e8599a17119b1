import { bullets, fenced, inline } from '../text/markdown.ts';
import type { Problem } from './problem.ts';

/**
 * What a person is told who has to go on where nobody got any further. Markdown; what others wrote stays text.
 * @param hint what has to be known about the place itself
 */
export function renderStuck(problem: Problem, why: string, tried: readonly string[], hint: string): string {
  const { step, summary, findings = [], logTail } = problem;
  return [
    inline(why, 1_000),
    `#### The problem\n\n${inline(step)}: ${inline(summary, 1_000)}`,
    bullets(findings.map(({ severity, title }) => `${severity}: ${title}`)),
    logTail ? fenced(logTail.slice(-3_000)) : '',
    `#### What was tried\n\n${bullets(tried, { none: 'nothing yet' })}`,
    hint,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
