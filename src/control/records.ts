import type { Client } from '@temporalio/client';
import type { Answer, Inquiry } from '../domain/flows/inquiry.ts';
import { checkInquiry } from '../domain/flows/inquiry.ts';
import type { DeploymentHistoryRow, LedgerLine } from '../domain/records/records.ts';
import { inquire } from './inquire.ts';
import { valid } from './start.ts';

export interface HistoryFilter {
  readonly product?: string;
  readonly environment?: string;
  /** 50. */
  readonly limit?: number;
}

/** The deployment history, newest first. @throws InvalidInput, NoWorker */
export async function readHistory(
  client: Client,
  filter: HistoryFilter,
): Promise<readonly DeploymentHistoryRow[]> {
  const asked = valid(checkInquiry({ kind: 'history', ...filter, limit: filter.limit ?? 50 }));
  return (await inquire<'history'>(client, asked as Extract<Inquiry, { kind: 'history' }>)).rows;
}

/** The permanent record of a run, which comes in pages. @throws NoWorker */
export async function readAccount(client: Client, run: string): Promise<readonly LedgerLine[]> {
  const all: LedgerLine[] = [];
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: Answer<'account'> = await inquire<'account'>(client, { kind: 'account', run, from });
    all.push(...page.lines);
    from = page.next;
  }
  return all;
}
