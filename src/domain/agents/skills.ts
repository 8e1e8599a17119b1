import type { AgentAnswer } from './answer.ts';
import { objects } from './answer.ts';
import type { MayTouch } from './change.ts';

/** A kind of work that is given to an agent, or to a person in its place. */
export interface Skill {
  /** For a program: what it has to do with the inputs of its task. */
  readonly instructions: string;
  /** What of its checkout it may change; `nothing`: what it changes is thrown away. */
  readonly mayTouch: MayTouch | 'nothing';
  /** The type of the commits that Sluice makes of what was changed: `fix`, `docs`, … */
  readonly commitsAs?: string;
  /** `answer`: it is given back as it is. `verdict`: the step fails where it objects. */
  readonly counts: 'answer' | 'verdict';
  /** What a person who does it may choose. */
  readonly choices: readonly PersonsChoice[];
}

export interface PersonsChoice {
  readonly id: string;
  readonly title: string;
  readonly means: Pick<AgentAnswer, 'status' | 'verdict'>;
  /** What counts is the comment: without one the person is stuck. */
  readonly needsComment?: true;
}

const signsOff: Skill['choices'] = [
  { id: 'pass', title: 'all is well', means: { status: 'done', verdict: 'approve' } },
  { id: 'fail', title: 'it must not go on', means: { status: 'done', verdict: 'reject' } },
];
const reviews: Skill['choices'] = [
  { id: 'pass', title: 'approve', means: { status: 'done', verdict: 'approve' } },
  { id: 'fail', title: 'reject', means: { status: 'done', verdict: 'reject' } },
];
const advises: Skill['choices'] = [
  { id: 'advice', title: 'my advice is in the comment', means: { status: 'done' }, needsComment: true },
  { id: 'stuck', title: 'I have no advice', means: { status: 'stuck' } },
];

function judgement(instructions: string): Skill {
  return { instructions, mayTouch: 'nothing', counts: 'verdict', choices: signsOff };
}

/** Everything that agents are asked for, by its name. Those of the release are called as the roles that have them. */
export const skills = {
  'qa-engineer': judgement(
    'Judge from the evidence whether this version may go on. Report what you found; set verdict to approve or reject.',
  ),
  'technical-writer': judgement(
    'Improve the prose, keep the facts, and give the whole document back in "text".',
  ),
  'devops-engineer': judgement(
    'Check the deployment from the evidence. Report what you found; set verdict to approve or reject.',
  ),
  'support-engineer': judgement(
    'Judge from the evidence how production does. Report what you found; set verdict to approve or reject.',
  ),
  fix: {
    instructions:
      'Find the cause of inputs.problem and change files in the work directory so that it is gone; follow inputs.advice where it is good. Do not commit and do not touch tests, unless a finding asks for it. Name the changed files as artifacts. Where you find no fix, undo your changes and set status to stuck.',
    mayTouch: { tests: 'where-asked', migrations: false, scripts: false },
    commitsAs: 'fix',
    counts: 'answer',
    choices: advises,
  },
  consult: {
    instructions:
      'Advise the driver: say in "text" what to change for inputs.problem, and do not repeat inputs.advice. Change no files. Where you have no advice, set status to stuck.',
    mayTouch: 'nothing',
    counts: 'answer',
    choices: advises,
  },
  review: {
    instructions:
      'Review what is new between inputs.base and inputs.head against inputs.requirements and inputs.testResults: quality, requirements, security, performance. Report findings with their severity; set verdict to approve or reject. Change no files.',
    mayTouch: 'nothing',
    counts: 'answer',
    choices: reviews,
  },
  synthesize: {
    instructions:
      'Make one review of inputs.reviews: each finding once, the worst first; set verdict to approve or reject. Change no files.',
    mayTouch: 'nothing',
    counts: 'answer',
    choices: reviews,
  },
} as const satisfies Readonly<Record<string, Skill>>;

export type SkillName = keyof typeof skills;

/** Undefined for a name that isn't one, also for one that every object has. */
export function skillNamed(name: string): Skill | undefined {
  return Object.hasOwn(skills, name) ? skills[name as SkillName] : undefined;
}

/** Whether the step that asked has succeeded. */
export function succeeded({ counts }: Skill, answer: AgentAnswer): boolean {
  return answer.status === 'done' && (counts === 'answer' || !objects(answer));
}
