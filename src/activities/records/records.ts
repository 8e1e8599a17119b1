import { ApplicationFailure } from '@temporalio/common';
import type { NotificationConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../../domain/records/records.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import type { Notification, ProductState } from '../ports/index.ts';

/** The permanent record, `state.yml`, and telling people (RW-12, RW-13, DW-13). */
export function recordActivities(deps: Deps) {
  return {
    async record(lines: readonly LedgerLine[], deployment?: DeploymentHistoryRow): Promise<void> {
      if (lines.length > 0) await deps.ledger.append(lines);
      if (deployment) await deps.ledger.recordDeployment(deployment);
    },

    async updateState(_ref: StepRef, product: string, state: ProductState): Promise<EffectOutcome> {
      await deps.state.update(product, state);
      return { ok: true, summary: `state.yml says ${product} ${state.version} is in ${state.phase}` };
    },

    /** Delivers one notification to one channel; thrown where it could not be, so that it is tried again. */
    async deliver(ref: StepRef, channel: NotificationConfig, notification: Notification): Promise<void> {
      try {
        await deps.notifier.send(channel, notification, effectContext(ref).signal);
      } catch (error) {
        const permanent = error instanceof Error && 'permanent' in error && error.permanent === true;
        const message = error instanceof Error ? error.message : String(error);
        throw permanent
          ? ApplicationFailure.nonRetryable(message, 'NotificationRefused')
          : ApplicationFailure.retryable(message, 'NotificationFailed');
      }
    },
  };
}
