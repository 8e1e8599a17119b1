import { agentNamed, agentsOf } from '../../domain/agents/configured.ts';
import { consulted, drove, firstFixState, met, nextFix } from '../../domain/agents/escalation.ts';
import type { Problem } from '../../domain/agents/problem.ts';
import { keyOf } from '../../domain/agents/problem.ts';
import { quick } from '../run/effects.ts';
import type { Run } from '../run/run.ts';
import { runStep } from '../run/steps.ts';
import { together } from './ask.ts';
import type { StuckAt } from './stuck.ts';
import { askWhatNow } from './stuck.ts';
import type { Workpiece } from './workpiece.ts';
import { askAbout } from './workpiece.ts';

/** What a flow brings along, so that a problem of its commit is mended. */
export interface FixLoop extends StuckAt {
  /** The last paragraph of a fix's commit message: how it came about. */
  readonly note: string;
  /** Done after each round. */
  readonly meanwhile: () => Promise<void>;
}

/** What an agent said about a problem, for those who are asked next. */
interface Tried {
  readonly attempt: number;
  readonly summary: string;
  readonly findings: readonly unknown[];
}

/** What is known about a problem: it grows with everybody who is asked. */
interface Known {
  readonly problem: Problem;
  readonly tried: Tried[];
  readonly advice: string[];
}

/** One problem, until there is a new commit to try out or a person says to try again. */
export async function mend(run: Run, piece: Workpiece, problem: Problem, loop: FixLoop): Promise<void> {
  const key = keyOf(problem);
  const again = piece.state.seen.includes(key);
  if (again && piece.trial) takeBack(run, piece, piece.trial);
  else if (!again) settle(piece, 'the next problem came up');
  piece.trial = undefined;
  piece.state = met(piece.state, key);
  if (!again) piece.issues.push({ problem: headOf(problem), resolution: 'open' });
  const known: Known = { problem, tried: [], advice: [] };
  for (;;) {
    const { maxAttempts, maxTime, maxCost } = piece.settings;
    const helpers = {
      // A person mends it in development: here a person decides.
      driver: agentNamed(piece.config, { role: 'driver' })?.command !== undefined,
      senior: agentNamed(piece.config, { role: 'senior' }) !== undefined,
      trio: agentsOf(piece.config, 'trio').length > 0,
    };
    const next = nextFix(piece.state, { maxAttempts, maxTime, maxCost }, helpers, Date.now());
    run.write('fix-loop', `${next.action}: ${next.reason}`, { problem: problem.summary, step: problem.step });
    switch (next.action) {
      case 'driver':
        if (await drive(run, piece, known, loop)) return;
        break;
      case 'senior':
      case 'trio':
        await consult(run, piece, next.action, known);
        break;
      case 'person':
        await askWhatNow(run, problem, loop, next.reason, known.tried);
        piece.state = firstFixState(Date.now());
        return;
    }
    await loop.meanwhile();
  }
}

/** A fix after which the same problem is still there is none: the next one does not build on it. */
function takeBack(run: Run, piece: Workpiece, fix: { parent: string; commit: string }): void {
  piece.commit = fix.parent;
  piece.fixes = piece.fixes.filter(({ commit }) => commit !== fix.commit);
  run.write('fix-loop', `${fix.commit.slice(0, 10)} did not help and is taken back`, { ...fix });
}

/** What is open has come to an end: by the fix that was tried out, or `how`. */
export function settle(piece: Workpiece, how: string): void {
  const fix = piece.trial;
  piece.issues = piece.issues.map((issue) =>
    issue.resolution === 'open'
      ? { ...issue, resolution: fix ? `${fix.commit.slice(0, 10)} ${fix.summary.slice(0, 200)}` : how }
      : issue,
  );
}

/** The driver tries; Sluice looks at what it did, and commits it. True where there is something new to try out. */
async function drive(
  run: Run,
  piece: Workpiece,
  { problem, tried, advice }: Known,
  { place, note }: FixLoop,
): Promise<boolean> {
  const answer = await askAbout(run, piece, {
    id: 'fix.driver',
    who: { role: 'driver' },
    skill: 'fix',
    task: `Mend what keeps ${run.product} from working in ${place}: ${problem.step}: ${problem.summary}`.slice(
      0,
      500,
    ),
    inputs: { phase: 'fix', attempt: piece.state.attempts + 1, base: piece.base, problem, advice },
  });
  const committed =
    answer.status === 'done'
      ? await runStep(run, 'fix.commit', (ref) =>
          quick.commitChange(ref, {
            environment: piece.name,
            skill: 'fix',
            asked: 'fix.driver',
            commit: piece.commit,
            summary: answer.summary,
            note,
            artifacts: answer.artifacts,
            findings: problem.findings ?? [],
          }),
        )
      : undefined;
  const fixed = committed?.value;
  piece.state = drove(piece.state, { fixed: fixed !== undefined });
  const summary =
    committed && !committed.ok ? `${answer.summary} – but ${committed.summary}` : answer.summary;
  tried.push({
    attempt: piece.state.attempts,
    summary: summary.slice(0, 2_000),
    findings: answer.findings.slice(0, 10),
  });
  if (!fixed) return false;
  piece.trial = {
    parent: piece.commit,
    commit: fixed.commit,
    summary: answer.summary.slice(0, 500),
    files: fixed.files,
    problem: headOf(problem),
  };
  piece.fixes.push(piece.trial);
  piece.commit = fixed.commit;
  return true;
}

/** Advice of the senior member, or of the trio at the same time. */
async function consult(
  run: Run,
  piece: Workpiece,
  role: 'senior' | 'trio',
  { problem, tried, advice }: Known,
): Promise<void> {
  const asked =
    role === 'senior'
      ? [{ id: 'fix.senior', who: { role } }]
      : agentsOf(piece.config, role).map((who) => ({ id: `fix.trio.${who.name}`, who }));
  const answers = await together(
    asked.map((one) =>
      askAbout(run, piece, {
        ...one,
        skill: 'consult',
        task: `Advise the driver, who is stuck: ${problem.step}: ${problem.summary}`.slice(0, 500),
        inputs: { phase: 'consult', base: piece.base, problem, tried, advice },
      }),
    ),
  );
  const words = answers.flatMap(({ status, text }) => (status === 'done' && text ? [text] : []));
  advice.push(...words);
  piece.state = consulted(piece.state, role, { advice: words.length > 0 });
}

const headOf = ({ step, summary }: Problem): string => `${step}: ${summary.slice(0, 300)}`;
