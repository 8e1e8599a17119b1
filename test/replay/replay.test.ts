import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { flowNames } from '../../src/domain/flows/registry.ts';
import { payloadConverterPath, workflowBundle } from '../../src/workers/workflow-code.ts';
import type { RecordedHistory } from './support/history-file.ts';
import { historyText, readHistories, readHistory } from './support/history-file.ts';
import { quietRuntime } from '../support/quiet-runtime.ts';

type Event = temporal.api.history.v1.IHistoryEvent;

// What does not fit is this test's to say.
quietRuntime();

const recorded = readHistories();

/** What keeps each of these histories from being replayed by the workflow code as it is now, by file. */
async function problems(histories: readonly RecordedHistory[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const results = Worker.runReplayHistories(
    { workflowBundle: await workflowBundle(), dataConverter: { payloadConverterPath } },
    histories,
  );
  const unseen = new Map(histories.map(({ runId, file }) => [runId, file]));
  for await (const { runId, error } of results) {
    const file = unseen.get(runId) ?? runId;
    unseen.delete(runId);
    if (error) found.set(file, `${error.name}: ${error.message}`);
  }
  for (const file of unseen.values()) found.set(file, 'it was not replayed at all');
  return found;
}

const advice = (file: string, problem: string): string =>
  `Runs like test/replay/histories/${file} could not go on with this workflow code.\n${problem}\n` +
  'Keep what they have done as it is, with patched() where new runs shall do it differently (CONTRIBUTING.md, "Runs that are on their way"). ' +
  'Never record the history again.';

describe('recorded histories', () => {
  let found: Map<string, string>;
  beforeAll(async () => {
    found = await problems(recorded);
  });

  it.each(recorded.map(({ file }) => file))('%s is replayed by the workflow code as it is now', (file) => {
    const problem = found.get(file);
    if (problem !== undefined) expect.fail(advice(file, problem));
  });

  it('are there for every workflow type, and for a run that is still open', () => {
    const types = recorded.map(
      ({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
    );
    expect([...new Set(types)].sort()).toEqual(
      [...flowNames, 'environmentLock', 'inquiry', 'notification'].sort(),
    );
    const open = recorded.filter(
      ({ history }) => !history.events?.at(-1)?.workflowExecutionCompletedEventAttributes,
    );
    expect(open.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['0.3/release-waiting.json', '0.3/rollout-watched.json']),
    );
  });
});

/** The test above is worth something only if it fails when it should. */
describe('a history that this workflow code would not make', () => {
  const history = (file: string): RecordedHistory => recorded.find((one) => one.file === `0.3/${file}.json`)!;
  const scheduled = (events: readonly Event[], name: string) =>
    events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name)!
      .activityTaskScheduledEventAttributes!;

  it.each<[string, string, (events: Event[]) => void, RegExp]>([
    [
      'an activity has another name',
      'release-approved',
      (events) => {
        scheduled(events, 'tagRelease').activityType!.name = 'putTag';
      },
      /putTag/,
    ],
    [
      'two activities changed places',
      'release-approved',
      (events) => {
        const [merge, tag] = [scheduled(events, 'mergeToMain'), scheduled(events, 'tagRelease')];
        [merge.activityType, tag.activityType] = [tag.activityType!, merge.activityType!];
      },
      /tagRelease/,
    ],
    [
      'two commands of one task changed places',
      'release-waiting',
      (events) => {
        const at = events.findIndex((event) => event.startChildWorkflowExecutionInitiatedEventAttributes);
        const [child, next] = [events[at]!, events[at + 1]!];
        expect(next.timerStartedEventAttributes).toBeTruthy();
        [child.eventId, next.eventId] = [next.eventId!, child.eventId!];
        events.splice(at, 2, next, child);
      },
      /TimerStarted|StartChildWorkflow/,
    ],
    [
      'an environment was asked for in another way',
      'release-waiting',
      (events) => {
        const marker = events.find((event) => event.markerRecordedEventAttributes);
        const data = marker!.markerRecordedEventAttributes!.details!['data']!.payloads![0]!;
        data.data = Buffer.from(
          Buffer.from(data.data!).toString().replace('acquireEnvironment', 'takeEnvironment'),
        );
      },
      /takeEnvironment/,
    ],
    [
      'a notification went to another channel',
      'notification',
      (events) => {
        scheduled(events, 'deliver').activityType!.name = 'send';
      },
      /send/,
    ],
    [
      'nobody was told of a place in a queue',
      'environment-lock-queue',
      (events) => {
        const told = events.find((event) => event.signalExternalWorkflowExecutionInitiatedEventAttributes)!;
        delete told.signalExternalWorkflowExecutionInitiatedEventAttributes;
        told.eventType = temporal.api.enums.v1.EventType.EVENT_TYPE_TIMER_STARTED;
        told.timerStartedEventAttributes = { timerId: '99' };
      },
      /TimerStarted/,
    ],
  ])('is found out: %s', async (_name, file, change, reason) => {
    const one = history(file);
    const copy = readHistory('changed.json', historyText(one.history));
    expect([...(await problems([copy]))]).toEqual([]);
    change(copy.history.events as Event[]);
    const problem = (await problems([copy])).get('changed.json');
    expect(problem).toMatch(/DeterminismViolationError/);
    expect(problem).toMatch(reason);
  });

  it('is named with what to do about it', () => {
    const text = advice('0.3/release-approved.json', 'DeterminismViolationError: …');
    expect(text).toContain('test/replay/histories/0.3/release-approved.json');
    expect(text).toContain('patched()');
  });
});
