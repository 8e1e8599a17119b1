import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Labelled, RunLabels } from '../../domain/run/labels.ts';
import { changedLabels, labelsOf } from '../../domain/run/labels.ts';

/** The search attributes of a run, as they were set last. */
export class Labels {
  private shown: RunLabels = {};

  /** Sets those that changed, all of them in one event. */
  show(run: Labelled): void {
    const wanted = labelsOf(run);
    const changed = changedLabels(this.shown, wanted);
    if (changed.length === 0) return;
    this.shown = { ...this.shown, ...wanted };
    upsertSearchAttributes(
      changed.map(([name, value]) => ({
        key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
        value,
      })),
    );
  }
}
