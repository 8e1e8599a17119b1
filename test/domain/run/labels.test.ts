import { expect, test } from 'vitest';
import { changedLabels, labelsOf } from '../../../src/domain/run/labels.ts';

const begun = {
  product: 'shop',
  flow: 'release',
  version: undefined,
  environment: undefined,
  phase: '',
  outcome: undefined,
  severity: undefined,
  waitingFor: undefined,
};

test('a run that knows nothing yet is labelled by its product, its flow, and that it waits for nothing', () => {
  expect(labelsOf(begun)).toEqual({
    SluiceProduct: 'shop',
    SluiceCategory: 'release',
    SluiceWaitingFor: 'nothing',
  });
});

test('every fact has its label', () => {
  expect(
    labelsOf({
      ...begun,
      version: '1.2.0',
      environment: 'production',
      phase: 'staging',
      outcome: 'rolled-back',
      severity: 'high',
      waitingFor: 'approval',
    }),
  ).toEqual({
    SluiceProduct: 'shop',
    SluiceCategory: 'release',
    SluiceVersion: '1.2.0',
    SluiceEnvironment: 'production',
    SluicePhase: 'staging',
    SluiceOutcome: 'rolled-back',
    SluiceSeverity: 'high',
    SluiceWaitingFor: 'approval',
  });
});

test('only what differs is set again', () => {
  const before = labelsOf({ ...begun, version: '1.2.0' });
  expect(changedLabels(before, before)).toEqual([]);
  expect(changedLabels(before, labelsOf({ ...begun, version: '1.3.0', waitingFor: 'lock' }))).toEqual([
    ['SluiceVersion', '1.3.0'],
    ['SluiceWaitingFor', 'lock'],
  ]);
  // A fact that is gone is no change: the label can't be taken away.
  expect(changedLabels(before, labelsOf(begun))).toEqual([]);
});
