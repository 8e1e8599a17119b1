import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Mutates the domain with Stryker (all arguments go to it: `--mutate 'src/domain/gates/*.ts'`), shows the score of each room, and fails
 * where one of the parts below has less than it must have. What earlier runs measured and nothing has changed since is not measured again.
 */
const root = join(import.meta.dirname, '..');
const report = join(root, 'reports/mutation/mutation.json');

/** Detected of all mutants, in percent: the decisions that a wrong one of costs most. */
const leastScore = 85;
const guarded: Readonly<Record<string, string>> = {
  gate: 'src/domain/gates/gate.ts',
  route: 'src/domain/run/route.ts',
  messages: 'src/domain/run/messages.ts',
  bundle: 'src/domain/gates/bundle.ts',
  version: 'src/domain/versions/',
  rollout: 'src/domain/rollout/',
};

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

interface Score {
  readonly detected: number;
  readonly all: number;
}

const none: Score = { detected: 0, all: 0 };
const percent = ({ detected, all }: Score): number => (100 * detected) / all;

/** Of one file: a mutant is detected where a test fails or never ends; one that can't be compiled says nothing. */
function scoreOf(mutants: readonly { readonly status: string }[]): Score {
  const of = (...statuses: string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const detected = of('Killed', 'Timeout');
  return { detected, all: detected + of('Survived', 'NoCoverage') };
}

const sum = (scores: readonly Score[]): Score =>
  scores.reduce((a, b) => ({ detected: a.detected + b.detected, all: a.all + b.all }), none);

const stryker = spawnSync('stryker', ['run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
if (stryker.status !== 0 || !existsSync(report)) process.exit(stryker.status ?? 1);

const { files } = JSON.parse(readFileSync(report, 'utf8')) as Report;
const scores = Object.entries(files).map(([file, { mutants }]) => ({ file, score: scoreOf(mutants) }));
const roomOf = (file: string): string => file.split('/')[2] ?? '';
const rooms = Map.groupBy(scores, ({ file }) => roomOf(file));
console.log('\n| room | mutants | detected | score |\n| --- | ---: | ---: | ---: |');
for (const [room, its] of [...rooms].sort(([a], [b]) => a.localeCompare(b))) {
  const score = sum(its.map((each) => each.score));
  console.log(`| ${room} | ${score.all} | ${score.detected} | ${percent(score).toFixed(1)} % |`);
}

/** A flow's description is words for people: its own tests look at those. */
const isOf = (place: string, file: string): boolean => file.startsWith(place) && !file.endsWith('/flow.ts');

let failed = false;
console.log('');
for (const [name, place] of Object.entries(guarded)) {
  const score = sum(scores.filter(({ file }) => isOf(place, file)).map((each) => each.score));
  if (score.all === 0) continue;
  const enough = percent(score) >= leastScore;
  failed ||= !enough;
  console.log(
    `${name}: ${percent(score).toFixed(1)} %${enough ? '' : `, at least ${leastScore} % is wanted`}`,
  );
}
process.exit(failed ? 1 : 0);
