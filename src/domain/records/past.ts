import type { DeploymentHistoryRow } from './records.ts';
import { isLower } from '../versions/version.ts';

/** A version that an environment had, or was to have, and does not run any more, as the deployment history tells it. */
export interface TakenBack {
  /** Without `v`. */
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  /** As it was written down, by a rule or a person. */
  readonly why: string;
  /** False: the rollback failed. */
  readonly verified: boolean;
  /** The run that took it back, and opened the tasks. */
  readonly run: string;
}

/** An open task that a rollback left behind. */
export interface OpenTask {
  readonly number: number;
  readonly title: string;
  readonly url: string;
}

/** What is known of versions before, at the moment at which one is to go into an environment. */
export interface Past {
  /** Of what is new now, the versions that were taken back; newest first. */
  readonly takenBack: readonly (TakenBack & {
    /** undefined: nobody could say. */
    readonly tasks?: readonly OpenTask[];
  })[];
  /** Open tasks of the run that brought what is running: issues that it goes on with. undefined: nobody could say, or of before 0.4. */
  readonly noted?: readonly OpenTask[];
  /** Whether the history has this very version as released there. */
  readonly released: boolean;
}

const statuses: ReadonlySet<string> = new Set(['Rolled back', 'Rollback failed']);

/**
 * The versions between what an environment runs and what shall go there, that one included, whose last news is that they were taken back.
 * @param rows of the environment, newest first
 */
export function takenBackOf(
  rows: readonly DeploymentHistoryRow[],
  { running, version }: { readonly running: string | undefined; readonly version: string },
): readonly TakenBack[] {
  const last = new Map<string, DeploymentHistoryRow>();
  for (const row of rows) if (!last.has(row.version)) last.set(row.version, row);
  return [...last.values()]
    .filter(
      (row) =>
        statuses.has(row.status) &&
        row.version !== running &&
        !isLower(version, row.version) &&
        (running === undefined || !isLower(row.version, running)),
    )
    .map(({ version: which, at, notes, status, run }) => ({
      version: which,
      at,
      why: notes,
      verified: status === 'Rolled back',
      run,
    }));
}

export const wasReleased = (rows: readonly DeploymentHistoryRow[], version: string): boolean =>
  rows.some((row) => row.version === version && row.status === 'Success');

/** One version a line, plain text: what was taken back, when, why, and what is still to be done about it. */
export function takenBackLines({ takenBack }: Past, environment: string): readonly string[] {
  return takenBack.map((each) => `${takenBackText(each, environment)} ${tasksText(each.tasks)}`);
}

export function takenBackText({ version, at, why, verified }: TakenBack, environment: string): string {
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  return `v${version} was taken back in ${environment} on ${when}${verified ? '' : ', and that failed'}: ${why.replace(/\.\s*$/, '')}.`;
}

/** The run that brought what an environment runs; undefined where the history does not know. */
export const broughtBy = (
  rows: readonly DeploymentHistoryRow[],
  running: string | undefined,
): string | undefined => rows.find((row) => row.version === running && row.status === 'Success')?.run;

/** One issue a line, plain text: what the running version goes on with, until somebody mends it. */
export const notedLines = ({ noted = [] }: Past, running: string | undefined): readonly string[] =>
  noted.map(
    ({ number, title, url }) => `Noted with v${running ?? ''}, and still open: #${number} ${title} (${url}).`,
  );

function tasksText(tasks: readonly OpenTask[] | undefined): string {
  if (tasks === undefined) return 'Whether tasks of it are open could not be read.';
  if (tasks.length === 0) return 'No task of it is open.';
  return `Still open: ${tasks.map(({ number, title, url }) => `#${number} ${title} (${url})`).join('; ')}.`;
}
