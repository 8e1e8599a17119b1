import type { AgentAnswer } from '../../domain/agents/answer.ts';
import { agentNamed, agentsOf } from '../../domain/agents/configured.ts';
import { firstFixState } from '../../domain/agents/escalation.ts';
import type { Problem } from '../../domain/agents/problem.ts';
import type { Review, ReviewVerdict } from '../../domain/agents/review.ts';
import { judgeReviews } from '../../domain/agents/review.ts';
import type { AgentName, SharedRole } from '../../domain/agents/roles.ts';
import { calledBy } from '../../domain/agents/roles.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { together } from '../agents/ask.ts';
import { askWhatNow } from '../agents/stuck.ts';
import { askAbout } from '../agents/workpiece.ts';
import { stuckInGreen } from './fix-loop.ts';
import type { Green } from './green.ts';

/** Phase 4: trio at the same time, senior, juniors at the same time. Gives what has to be mended, or nothing at consensus. */
export async function fullReview(run: Run, green: Green): Promise<Problem | undefined> {
  run.restartFrom('review.');
  green.rounds += 1;
  const first = await together(reviewers(green, 'trio').map((each) => reviewBy(run, green, each)));
  const synthesis = agentNamed(green.config, { role: 'senior' })
    ? await voice(run, green, {
        id: 'review.senior',
        who: { role: 'senior' },
        skill: 'synthesize',
        task: `Make one review of what the trio says about ${run.product}`,
        inputs: {
          phase: 'synthesize',
          ...shown(green),
          reviews: first.map(({ answer, review }) => ({ role: review.by, ...answer })),
        },
      })
    : undefined;
  const text = synthesis?.answer.text;
  const last = await together(
    reviewers(green, 'juniors').map((each) => reviewBy(run, green, each, text ? { synthesis: text } : {})),
  );
  const reviews = [...first, ...(synthesis ? [synthesis] : []), ...last].map(({ review }) => review);
  const verdict = judgeReviews(reviews, green.settings.review.policy);
  green.review = verdict;
  await runStep(run, 'review.verdict', () =>
    Promise.resolve({
      ok: verdict.verdict === 'consensus',
      summary: `${verdict.verdict}: ${verdict.reason}`,
      facts: { findings: verdict.findings },
    }),
  );
  run.write('review', `${verdict.verdict}: ${verdict.reason}`, {
    round: green.rounds,
    reviews: reviews.map(({ by, verdict: said, summary, findings }) => ({
      by,
      verdict: said ?? 'none',
      summary,
      findings: findings.length,
    })),
    findings: verdict.findings,
  });
  return consequence(run, green, verdict);
}

async function consequence(run: Run, green: Green, verdict: ReviewVerdict): Promise<Problem | undefined> {
  switch (verdict.verdict) {
    case 'consensus':
      return undefined;
    case 'major-flaws':
      throw new RunEnded('returned-to-development', `major flaws in the review: ${verdict.reason}`);
    case 'reasonable-fixes': {
      const problem = { step: 'review', summary: verdict.reason, findings: verdict.findings };
      const { maxRounds } = green.settings.review;
      if (green.rounds < maxRounds) return problem;
      await askWhatNow(run, problem, stuckInGreen, `no consensus after ${green.rounds} rounds of review`, []);
      green.rounds = 0;
      green.state = firstFixState(Date.now());
      return problem;
    }
  }
}

interface Reviewer {
  readonly id: string;
  readonly who: AgentName;
}

function reviewers(green: Green, role: SharedRole): Reviewer[] {
  return agentsOf(green.config, role).map((who) => ({ id: `review.${role}.${who.name}`, who }));
}

function reviewBy(
  run: Run,
  green: Green,
  { id, who }: Reviewer,
  more: Readonly<Record<string, unknown>> = {},
) {
  return voice(run, green, {
    id,
    who,
    skill: 'review',
    task: `Review what is new in ${run.product} at ${green.commit.slice(0, 10)} against its requirements`,
    inputs: { phase: 'review', ...shown(green), ...more },
  });
}

const shown = ({ base, commit, settings, tests }: Green) => ({
  base,
  head: commit,
  requirements: settings.requirements,
  testResults: tests,
});

/** Who fails, or answers with what is no review, is asked once more; then it is missing. */
async function voice(
  run: Run,
  green: Green,
  task: Parameters<typeof askAbout>[2],
): Promise<{ readonly answer: AgentAnswer; readonly review: Review }> {
  let answer = await askAbout(run, green, task);
  if (verdictOf(answer) === undefined) answer = await askAbout(run, green, task);
  const verdict = verdictOf(answer);
  return {
    answer,
    review: {
      by: calledBy(task.who),
      ...(verdict ? { verdict } : {}),
      findings: verdict ? answer.findings : [],
      summary: answer.summary,
    },
  };
}

const verdictOf = ({ status, verdict }: AgentAnswer) => (status === 'done' ? verdict : undefined);
