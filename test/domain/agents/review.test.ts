import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/domain/agents/answer.ts';
import type { Review, ReviewPolicy, ReviewVerdict } from '../../../src/domain/agents/review.ts';
import { judgeReviews } from '../../../src/domain/agents/review.ts';

const found = (severity: Finding['severity'], title = severity as string): Finding => ({ severity, title });
const yes: Review = { by: 'a', verdict: 'approve', findings: [], summary: 'good' };
const no: Review = { by: 'b', verdict: 'reject', findings: [found('medium')], summary: 'bad' };
const absent: Review = { by: 'c', findings: [], summary: 'its answer is no JSON' };
const critical: Review = { by: 'd', verdict: 'approve', findings: [found('critical')], summary: 'hm' };

describe('the verdict of many reviews', () => {
  it.each<[string, Review[], ReviewPolicy, ReviewVerdict['verdict']]>([
    ['all approve', [yes, yes, yes], 'consensus', 'consensus'],
    ['one objects', [yes, yes, no], 'consensus', 'reasonable-fixes'],
    ['one is absent', [yes, yes, absent], 'consensus', 'reasonable-fixes'],
    ['one of three objects', [yes, yes, no], 'majority', 'consensus'],
    ['half of them object', [yes, no], 'majority', 'reasonable-fixes'],
    ['absent ones do not make a majority', [yes, absent, absent], 'majority', 'reasonable-fixes'],
    ['one objects', [yes, yes, no], 'veto', 'reasonable-fixes'],
    ['absent ones do not object', [yes, absent, absent], 'veto', 'consensus'],
    ['nobody is there', [absent, absent], 'veto', 'reasonable-fixes'],
    ['nobody is asked', [], 'consensus', 'reasonable-fixes'],
    [
      'a serious finding objects, whatever stands beside it',
      [yes, { ...yes, findings: [found('high')] }],
      'consensus',
      'reasonable-fixes',
    ],
    ['a small finding does not', [{ ...yes, findings: [found('low')] }], 'consensus', 'consensus'],
    ['one critical finding among many who approve', [yes, yes, yes, critical], 'majority', 'major-flaws'],
  ])('[BG-5] %s (%#, %s)', (_, reviews, policy, verdict) => {
    expect(judgeReviews(reviews, policy).verdict).toBe(verdict);
  });

  it('[BG-5] an absence and an objection without a finding can be read among the findings, once each', () => {
    const { findings } = judgeReviews(
      [yes, absent, { ...no, findings: [] }, { ...no, findings: [] }],
      'consensus',
    );
    expect(findings).toEqual([
      { severity: 'high', title: 'no review of c', detail: 'its answer is no JSON' },
      { severity: 'high', title: 'b rejects it', detail: 'bad' },
    ]);
  });

  it('[BG-5] the same finding counts once, with the highest severity, the worst first', () => {
    const { findings } = judgeReviews(
      [
        { ...no, findings: [found('low', 'x'), found('medium', 'y')] },
        { ...no, findings: [found('high', 'x')] },
      ],
      'consensus',
    );
    expect(findings.map(({ severity, title }) => `${severity} ${title}`)).toEqual(['high x', 'medium y']);
  });

  const review = fc.record(
    {
      by: fc.string(),
      verdict: fc.constantFrom('approve' as const, 'reject' as const),
      findings: fc.array(
        fc.constantFrom('critical', 'high', 'medium', 'low').map((one) => found(one as 'low')),
      ),
      summary: fc.string(),
    },
    { requiredKeys: ['by', 'findings', 'summary'] },
  );

  it('[BG-5] consensus never stands beside a critical finding, nor without anybody who approves', () => {
    fc.assert(
      fc.property(
        fc.array(review),
        fc.constantFrom<ReviewPolicy>('consensus', 'majority', 'veto'),
        (reviews, policy) => {
          const { verdict, findings } = judgeReviews(reviews, policy);
          if (findings.some(({ severity }) => severity === 'critical')) expect(verdict).toBe('major-flaws');
          if (verdict === 'consensus') expect(reviews.some((one) => one.verdict === 'approve')).toBe(true);
        },
      ),
    );
  });

  it('[BG-5] one more who objects never turns a verdict to the better', () => {
    const rank = { 'major-flaws': 0, 'reasonable-fixes': 1, consensus: 2 };
    fc.assert(
      fc.property(
        fc.array(review),
        fc.constantFrom<ReviewPolicy>('consensus', 'majority', 'veto'),
        (reviews, policy) => {
          const before = judgeReviews(reviews, policy).verdict;
          expect(rank[judgeReviews([...reviews, no], policy).verdict]).toBeLessThanOrEqual(rank[before]);
        },
      ),
    );
  });
});
