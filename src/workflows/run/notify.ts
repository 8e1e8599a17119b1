import { CancellationScope, log, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { NotificationEvent } from '../../domain/config/schema.ts';
import type { NotificationMessage } from '../../domain/records/records.ts';
import { visible } from '../../domain/text/visible.ts';
import type { notification } from '../notification.ts';
import type { Run } from './run.ts';

/** What a step says that tells people: who hears of it. */
export function noticeText(run: Run): string {
  return run.channels.length > 0 ? 'told' : 'nobody to tell: no notifications are configured';
}

/**
 * Tells people, at least once and without ever holding the run up: each notification is a small workflow of its own,
 * which goes on trying when the run has long ended.
 */
export function notify(run: Run, event: NotificationEvent, title: string, body: string): void {
  const channels = run.channels.flatMap(({ on }, number) => (!on || on.includes(event) ? [number] : []));
  if (channels.length === 0) return;
  const message: NotificationMessage = {
    key: `${run.id}/${run.firstRunId}/${run.background.nextNotice()}`,
    event,
    run: run.id,
    product: run.product,
    version: run.version,
    title,
    body,
    links: run.links,
  };
  // People are told of a step although that step was stopped.
  const started = CancellationScope.nonCancellable(() =>
    startChild<typeof notification>('notification', {
      args: [{ product: run.product, configuration: run.configuration, channels, message }],
      workflowId: `notification/${message.key}`,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: visible(title).slice(0, 200),
    }),
  ).catch((error: unknown) => {
    log.warn('a notification could not be started', { event, error: String(error) });
  });
  run.background.add(started);
}
