import type { Activities } from '../../activities/index.ts';
import { frozenConfigProblems } from '../../domain/config/frozen-config.ts';
import { severities } from '../../domain/run/messages.ts';
import type { Check } from '../../domain/text/check.ts';
import {
  amount,
  anyText,
  flag,
  having,
  line,
  list,
  nullable,
  oneOf,
  optional,
  record,
} from '../../domain/text/check.ts';

/**
 * What the answer of each activity has to be like, as far as runs go on with it. An answer may be anybody's who can write to the
 * namespace, and a run that trips over one is wedged: its task fails over and over. These may only ever become wider, for runs of long
 * ago are replayed by them; what an answer has besides is left alone.
 */

const prose = anyText(1_000_000);
const word = line(300);
const words = list(prose, 100_000);
const number = amount(-1e300, 1e300);
const objectOrNothing = optional(having({}));

const deployed = having({ version: word, commit: word });
const url = having({ url: anyText(10_000) });
const subject = {
  commit: word,
  artifacts: words,
  migrations: words,
  configurationDigest: word,
  dropped: optional(words),
};
const finding = having({
  severity: oneOf(severities),
  title: prose,
  detail: optional(prose),
  file: optional(prose),
});

/** An outcome of an effect; `value` is what it brings. */
const outcome = (value: Check = () => []): Check =>
  having({
    ok: flag,
    summary: prose,
    unknown: optional(flag),
    log: optional(prose),
    tail: optional(prose),
    facts: objectOrNothing,
    value: optional(value),
  });

/** The same, where there is nothing to go on with without a value. */
const bringing = (value: Check): Check => {
  const either = outcome(value);
  const both = having({ value });
  return (answer, at) => {
    const problems = either(answer, at);
    return problems.length > 0 || !(answer as { readonly ok: boolean }).ok ? problems : both(answer, at);
  };
};

const issue: Check = (value, at) => {
  const kinds = {
    'health-failed': {},
    'deploy-failed': {},
    'migration-failed': {},
    'smoke-failed': {},
    'error-rate': { errorRate: number },
    latency: {},
    alert: {},
    'agent-finding': { severity: oneOf(severities) },
    reported: { severity: oneOf(severities), by: prose },
  };
  const problems = having({ kind: oneOf(Object.keys(kinds)), detail: prose })(value, at);
  return problems.length > 0
    ? problems
    : having(kinds[(value as { kind: keyof typeof kinds }).kind])(value, at);
};

const loaded: Check = (value, at) => {
  const frame = having({ ok: flag })(value, at);
  if (frame.length > 0) return frame;
  return (value as { readonly ok: boolean }).ok
    ? having({ config: frozenConfigProblems, digest: word, file: prose })(value, at)
    : having({ problems: words })(value, at);
};

const tally = having({ bad: number, errorsInARow: number, blindInARow: number, seen: number, last: prose });
const watched = having({
  decision: optional(
    having({
      action: oneOf(['watch', 'hold', 'ask', 'advance', 'complete', 'roll-back']),
      reason: prose,
      blind: optional(flag),
    }),
  ),
  state: having({
    step: number,
    watched: number,
    requests: number,
    unhealthyInARow: number,
    lastHealthy: flag,
    tallies: record(tally),
    confirmed: flag,
    promotedFully: flag,
    paused: flag,
    breached: flag,
  }),
  lastKnown: record(list(number, 10_000)),
  series: record(list(having({ at: number, canary: nullable(number), baseline: nullable(number) }), 10_000)),
  lines: words,
});

const voidable = outcome(having({ void: optional(words) }));
const counts = outcome(having({ passed: optional(number), total: optional(number) }));
const size = having({
  commits: number,
  changes: number,
  files: number,
  sections: list(having({ title: prose, count: number }), 1_000),
  since: optional(prose),
  notListed: optional(prose),
  whole: words,
});
const tasks = list(having({ number, title: prose, url: prose }), 1_000);
const past = having({
  released: flag,
  noted: optional(tasks),
  takenBack: list(
    having({
      version: word,
      at: word,
      why: prose,
      verified: flag,
      run: prose,
      tasks: optional(tasks),
    }),
    1_000,
  ),
});
const anything: Check = () => [];

const checks: Readonly<Record<keyof Activities, Check>> = {
  loadProduct: loaded,
  headOfMain: having({ commit: word, subject: prose }),
  checkReadiness: outcome(
    having({
      commit: word,
      version: word,
      previousTag: nullable(word),
      bump: word,
      prerelease: flag,
      reasons: words,
      changes: words,
      blockers: words,
      concerns: words,
    }),
  ),
  prepareRelease: bringing(
    having({
      notes: prose,
      changes: words,
      concerns: words,
      whole: optional(flag),
      file: optional(word),
      changelog: optional(prose),
    }),
  ),
  createReleaseBranch: bringing(having({ commit: word, branch: word })),
  describeBundle: bringing(
    having({
      bundle: having({
        ...subject,
        environment: word,
        version: word,
        previousVersion: nullable(word),
        scope: words,
        successCriteria: words,
        risk: having({ level: oneOf(['low', 'medium', 'high']), reasons: words }),
        rollbackPlan: words,
        size: optional(size),
      }),
      digest: word,
      previous: nullable(deployed),
      newMigrations: words,
      config: frozenConfigProblems,
      past: optional(past),
      notes: optional(prose),
    }),
  ),
  describeGreen: bringing(
    having({
      subject: having(subject),
      digest: word,
      previous: nullable(deployed),
      base: word,
      newMigrations: words,
      changes: words,
      size: optional(size),
      past: optional(past),
      config: frozenConfigProblems,
    }),
  ),
  checkInputs: outcome(having({ commit: word, version: word, baseVersion: word, missing: words })),
  findReleased: outcome(
    having({
      candidate: having({
        product: word,
        version: word,
        base: word,
        previousTag: nullable(word),
        date: word,
      }),
      tag: word,
      commit: word,
      changes: words,
    }),
  ),
  findWayBack: outcome(having({ current: deployed, to: deployed, migrations: words, unsafe: words })),
  whatRuns: outcome(nullable(deployed)),
  mergeToMain: outcome(),
  tagRelease: outcome(),
  lookAtRelease: outcome(),
  deleteReleaseBranch: outcome(),
  mergeGreen: outcome(having({ issues: list(number, 100_000) })),
  commitNotes: outcome(),
  publishRelease: outcome(url),
  openIssue: outcome(url),
  deploy: voidable,
  shift: voidable,
  activate: voidable,
  rollBack: outcome(),
  retire: outcome(),
  verifyHealth: outcome(),
  database: outcome(),
  runCheck: counts,
  checkGreen: counts,
  monitor: outcome(having({ samples: words, issue: optional(issue) })),
  watchRollout: outcome(watched),
  askAgent: outcome(
    having({
      status: oneOf(['done', 'stuck', 'needs-input', 'failed']),
      summary: prose,
      findings: list(finding, 10_000),
      artifacts: words,
      verdict: optional(oneOf(['approve', 'reject'])),
      cost: optional(number),
      text: optional(prose),
    }),
  ),
  commitChange: outcome(having({ commit: word, files: words })),
  removeCheckouts: outcome(),
  updateState: outcome(),
  writeDocument: outcome(url),
  acquireEnvironment: having({ granted: flag, position: number, behind: prose }),
  // Nobody looks at these, but whoever asked a question.
  inquire: anything,
  releaseEnvironment: anything,
  isRunning: anything,
  record: anything,
  deliver: anything,
};

/** What is wrong with an answer, in words; nothing where a run can go on with it. */
export const answerProblems = (activity: keyof Activities, answer: unknown): readonly string[] =>
  checks[activity](answer, 'the answer');
