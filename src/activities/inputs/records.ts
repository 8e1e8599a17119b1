import { z } from 'zod';
import type { Inquiry } from '../../domain/flows/inquiry.ts';
import { messageProblems } from '../../domain/records/notification-request.ts';
import type { NotificationMessage } from '../../domain/records/records.ts';
import { evidence, line, name, stepRef, text, time, workflowId } from './parts.ts';

/** A check by hand that a workflow makes as well, so that there is one truth about the shape. */
function checkedBy<T>(check: (value: unknown) => readonly string[]): z.ZodType<T> {
  return z.custom<T>().superRefine((value, context) => {
    for (const message of check(value)) context.addIssue({ code: 'custom', message });
  });
}

const ledgerLine = z.strictObject({
  key: line(2_000),
  run: workflowId,
  product: line(200),
  at: time,
  kind: line(200),
  summary: text(200_000),
  data: evidence,
});

const deploymentRow = z.strictObject({
  key: line(2_000),
  run: workflowId,
  product: name,
  environment: name,
  at: time,
  version: line(200),
  type: line(200),
  status: line(200),
  rollback: line(200),
  notes: text(200_000),
});

/** What is asked, written down and told. */
export const recordInputs = {
  loadProduct: z.tuple([z.string().max(200)]),
  // Which flow is asked about decides on what fits: the activity itself says what is wrong.
  inquire: z.tuple([z.custom<Inquiry>()]),
  record: z.tuple([z.array(ledgerLine).max(100_000), deploymentRow.optional()]),
  updateState: z.tuple([
    stepRef,
    z.strictObject({
      phase: line(200),
      version: line(200),
      last_release: time.exactOptional(),
      last_activity: time,
      tasks: z.array(text(200_000)).max(1_000).exactOptional(),
    }),
  ]),
  writeDocument: z.tuple([stepRef, z.strictObject({ name, text: text(1_500_000) })]),
  deliver: z.tuple([stepRef, z.int().min(0).max(99), checkedBy<NotificationMessage>(messageProblems)]),
};
