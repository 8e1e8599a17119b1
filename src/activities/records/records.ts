import { ApplicationFailure } from '@temporalio/common';
import type { NotificationConfig } from '../../domain/config/schema.ts';
import type { EffectOutcome, StepRef } from '../../domain/run/effect-outcome.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../../domain/records/records.ts';
import { effectContext } from '../context.ts';
import type { Deps } from '../deps.ts';
import { frozen, unknownName } from '../frozen.ts';
import type { Notification, ProductState } from '../ports/index.ts';

/** The permanent record, `state.yml`, and telling people (RW-12, RW-13, DW-13). */
export function recordActivities(deps: Deps) {
  return {
    async record(lines: readonly LedgerLine[], deployment?: DeploymentHistoryRow): Promise<void> {
      if (lines.length > 0) await deps.ledger.append(lines);
      if (deployment) await deps.ledger.recordDeployment(deployment);
    },

    async updateState({ product }: StepRef, state: ProductState): Promise<EffectOutcome> {
      await deps.state.update(product, state);
      return { ok: true, summary: `state.yml says ${product} ${state.version} is in ${state.phase}` };
    },

    /**
     * Delivers one notification to a channel, by its number in the configuration; thrown where it could not be, so that it is tried again.
     * @returns what became of it, for the record
     */
    async deliver(ref: StepRef, channel: number, notification: Notification): Promise<string> {
      const configured = (await frozen(deps, ref)).notifications[channel];
      if (!configured) throw unknownName(`${ref.product} has no channel ${channel + 1}`);
      if (notification.product !== ref.product)
        throw unknownName(`the channel is of ${ref.product}, and the message of ${notification.product}`);
      try {
        await deps.notifier.send(configured, notification, effectContext(ref).signal);
        return `${kindOf(configured)}: delivered`;
      } catch (error) {
        const permanent = error instanceof Error && 'permanent' in error && error.permanent === true;
        const message = `${kindOf(configured)}: ${error instanceof Error ? error.message : String(error)}`;
        throw permanent
          ? ApplicationFailure.nonRetryable(message, 'NotificationRefused')
          : ApplicationFailure.retryable(message, 'NotificationFailed');
      }
    },
  };
}

const kindOf = ({ slack, webhook, pagerduty }: NotificationConfig): string =>
  slack ? 'slack' : webhook ? 'webhook' : pagerduty ? 'pagerduty' : 'email';
