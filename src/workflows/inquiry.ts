import type { Inquiry, InquiryAnswer } from '../domain/flows/inquiry.ts';
import { quick } from './run/effects.ts';

/** Carries a question to the workers, who hold the catalog and the ledger, and brings the answer back. Changes nothing. */
export async function inquiry(question: Inquiry): Promise<InquiryAnswer> {
  return quick.inquire(question);
}
