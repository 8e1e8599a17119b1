import type { FixAction } from '../../domain/agents/escalation.ts';
import { consulted, drove, firstFixState, met, nextFix } from '../../domain/agents/escalation.ts';
import { renderStuck } from '../../domain/blue-green/details.ts';
import type { Problem } from '../../domain/agents/problem.ts';
import { keyOf } from '../../domain/agents/problem.ts';
import { quick } from '../run/effects.ts';
import { passGate } from '../gates/gates.ts';
import { RunEnded } from '../run/interrupt.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { askAgent, together } from '../agents/ask.ts';
import type { Green } from './green.ts';
import { tryOut, watchBlue } from './try-out.ts';

/** What an agent said about a problem, for those who are asked next. */
interface Tried {
  readonly attempt: number;
  readonly summary: string;
  readonly findings: readonly unknown[];
}

/** Phases 2 and 3: mends and tries out, until green runs and passes its tests. */
export async function untilItPasses(run: Run, green: Green, first?: Problem): Promise<void> {
  let problem = first ?? (await tryOut(run, green));
  while (problem) {
    await mend(run, green, problem);
    const next = await tryOut(run, green);
    if (!next) settle(green, 'works now');
    problem = next;
  }
}

/** One problem, until there is a new commit to try out or a person says to try again. */
async function mend(run: Run, green: Green, problem: Problem): Promise<void> {
  const key = keyOf(problem);
  const again = green.state.seen.includes(key);
  if (again && green.trial) takeBack(run, green, green.trial);
  else if (!again) settle(green, 'the next problem came up');
  green.trial = undefined;
  green.state = met(green.state, key);
  if (!again)
    green.issues.push({ problem: `${problem.step}: ${problem.summary.slice(0, 300)}`, resolution: 'open' });
  const tried: Tried[] = [];
  const advice: string[] = [];
  for (;;) {
    const { maxAttempts, maxTime, maxCost } = green.settings;
    const { driver, senior, trio = {} } = green.config.agents;
    const helpers = {
      // A person mends it in development: here a person decides.
      driver: driver?.command !== undefined,
      senior: senior !== undefined,
      trio: Object.keys(trio).length > 0,
    };
    const next = nextFix(green.state, { maxAttempts, maxTime, maxCost }, helpers, Date.now());
    run.write('fix-loop', `${next.action}: ${next.reason}`, { problem: problem.summary, step: problem.step });
    switch (next.action) {
      case 'driver':
        if (await drive(run, green, problem, tried, advice)) return;
        break;
      case 'senior':
      case 'trio':
        await consult(run, green, next.action, { problem, tried, advice });
        break;
      case 'person':
        await askWhatNow(run, problem, next, tried);
        green.state = firstFixState(Date.now());
        return;
    }
    await watchBlue(run, green);
  }
}

/** A fix after which the same problem is still there is none: the next one does not build on it. */
function takeBack(run: Run, green: Green, fix: { parent: string; commit: string }): void {
  green.commit = fix.parent;
  green.fixes = green.fixes.filter(({ commit }) => commit !== fix.commit);
  run.write('fix-loop', `${fix.commit.slice(0, 10)} did not help and is taken back`, { ...fix });
}

function settle(green: Green, how: string): void {
  const fix = green.trial;
  green.issues = green.issues.map((issue) =>
    issue.resolution === 'open'
      ? { ...issue, resolution: fix ? `${fix.commit.slice(0, 10)} ${fix.summary.slice(0, 200)}` : how }
      : issue,
  );
}

/** The driver tries; Sluice looks at what it did, and commits it. True where there is something new to try out. */
async function drive(
  run: Run,
  green: Green,
  problem: Problem,
  tried: Tried[],
  advice: readonly string[],
): Promise<boolean> {
  const agent = green.config.agents.driver;
  if (!agent) return false;
  const answer = await askAgent(run, green, {
    id: 'fix.driver',
    role: 'driver',
    phase: 'fix',
    agent,
    task: `Mend what keeps ${run.product} from working in green: ${problem.step}: ${problem.summary}`.slice(
      0,
      500,
    ),
    inputs: { attempt: green.state.attempts + 1, base: green.base, problem, advice },
  });
  const done = answer.status === 'done';
  const committed = done
    ? await runStep(run, 'fix.commit', (ref) =>
        quick.commitFix(
          // The checkout is that of the driver's try.
          ref,
          {
            environment: green.name,
            commit: green.commit,
            place: 'fix.driver',
            summary: answer.summary,
            artifacts: answer.artifacts,
            findings: problem.findings ?? [],
          },
        ),
      )
    : undefined;
  const fixed = committed?.value;
  green.state = drove(green.state, { fixed: fixed !== undefined, cost: answer.cost ?? 0 });
  const summary =
    committed && !committed.ok ? `${answer.summary} – but ${committed.summary}` : answer.summary;
  tried.push({
    attempt: green.state.attempts,
    summary: summary.slice(0, 2_000),
    findings: answer.findings.slice(0, 10),
  });
  if (!fixed) return false;
  green.trial = {
    parent: green.commit,
    commit: fixed.commit,
    summary: answer.summary.slice(0, 500),
    files: fixed.files,
    problem: `${problem.step}: ${problem.summary.slice(0, 300)}`,
  };
  green.fixes.push(green.trial);
  green.commit = fixed.commit;
  return true;
}

/** Advice of the senior member, or of the trio at the same time. */
async function consult(
  run: Run,
  green: Green,
  who: 'senior' | 'trio',
  known: { readonly problem: Problem; readonly tried: readonly Tried[]; readonly advice: string[] },
): Promise<void> {
  const { senior, trio = {} } = green.config.agents;
  const asked =
    who === 'senior'
      ? senior
        ? [['fix.senior', 'senior', senior] as const]
        : []
      : Object.entries(trio).map(([name, agent]) => [`fix.trio.${name}`, `trio ${name}`, agent] as const);
  const answers = await together(
    asked.map(([id, role, agent]) =>
      askAgent(run, green, {
        id,
        role,
        phase: 'consult',
        agent,
        task: `Advise the driver, who is stuck: ${known.problem.step}: ${known.problem.summary}`.slice(
          0,
          500,
        ),
        inputs: { base: green.base, problem: known.problem, tried: known.tried, advice: known.advice },
      }),
    ),
  );
  const words = answers.flatMap(({ status, text }) => (status === 'done' && text ? [text] : []));
  known.advice.push(...words);
  const cost = answers.reduce((sum, answer) => sum + (answer.cost ?? 0), 0);
  green.state = consulted(green.state, who, { advice: words.length > 0, cost });
}

/** The loop ends in a question, never in a spin. */
export async function askWhatNow(
  run: Run,
  problem: Problem,
  { reason }: Pick<FixAction, 'reason'>,
  tried: readonly Tried[],
): Promise<void> {
  const end = await passGate(run, {
    id: 'fix-loop',
    kind: 'question',
    statement: `Green does not get any further (${problem.step}): ${reason}`,
    details: renderStuck(
      problem,
      reason,
      tried.map(({ attempt, summary }) => `${attempt}: ${summary}`),
    ),
    choices: [
      { id: 'retry', title: 'try again, with a fresh budget' },
      { id: 'return-to-development', title: 'return it to development' },
      { id: 'abort', title: 'give it up' },
    ],
  });
  if (end.action === 'decided' && end.choice === 'retry') return;
  const why = `green won't stabilise: ${problem.step}: ${problem.summary.slice(0, 300)} (${end.reason})`;
  throw new RunEnded(
    end.action === 'decided' && end.choice === 'return-to-development'
      ? 'returned-to-development'
      : 'aborted',
    why,
  );
}
