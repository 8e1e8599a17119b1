import { ApplicationFailure } from '@temporalio/workflow';
import type { InquiryAnswer } from '../domain/flows/inquiry.ts';
import { checkInquiry } from '../domain/flows/inquiry.ts';
import { quick } from './run/effects.ts';

/** Carries a question to the workers, who hold the catalog and the ledger, and brings the answer back. Changes nothing. */
export async function inquiry(question: unknown): Promise<InquiryAnswer> {
  const checked = checkInquiry(question);
  if (!checked.ok) throw ApplicationFailure.nonRetryable(checked.problems.join('; '), 'InvalidInput');
  return quick.inquire(checked.value);
}
