import { workflowInfo } from '@temporalio/workflow';
import type { LedgerLine } from '../../domain/records/records.ts';
import type { DecisionRecord, RefusedMessage } from '../../domain/run/status.ts';
import { isoTime } from '../../domain/text/time.ts';
import { logRecorded } from './log.ts';

/** So many refused messages are kept, and in the ledger; the rest are counted. */
const refusedKept = 50;
/** So many decisions are shown; the ledger has them all. */
const decisionsKept = 200;

/** What is to stand in the permanent record: lines that wait for the next `flush`, and what people said. */
export class RunRecord {
  private readonly run: string;
  private readonly product: string;
  private lines: LedgerLine[] = [];
  private lineCount = 0;
  private said: readonly DecisionRecord[] = [];
  private refusals: readonly RefusedMessage[] = [];
  private refusalCount = 0;

  constructor(run: string, product: string) {
    this.run = run;
    this.product = product;
  }

  get decisions(): readonly DecisionRecord[] {
    return this.said;
  }

  get refused(): readonly RefusedMessage[] {
    return this.refusals;
  }

  get refusedCount(): number {
    return this.refusalCount;
  }

  write(kind: string, summary: string, data: Readonly<Record<string, unknown>> = {}): void {
    this.lineCount += 1;
    const line = {
      key: `${this.run}/${workflowInfo().runId}/${this.lineCount}`,
      run: this.run,
      product: this.product,
      at: isoTime(Date.now()),
      kind,
      summary,
      data,
    };
    this.lines.push(line);
    logRecorded(line);
  }

  decided(record: Omit<DecisionRecord, 'at'>): void {
    this.said = [...this.said, { ...record, at: isoTime(Date.now()) }].slice(-decisionsKept);
    this.write('decision', `${record.kind} by ${record.by}`, { ...record });
  }

  refuses(kind: string, reason: string, by?: string): void {
    this.refusalCount += 1;
    const refused = { kind, at: isoTime(Date.now()), reason, ...(by ? { by } : {}) };
    this.refusals = [...this.refusals, refused].slice(-refusedKept);
    if (this.refusalCount <= refusedKept) this.write('refused', `${kind} refused`, { kind, reason, by });
  }

  /** The lines that were not taken yet, in their order. */
  takeLines(): LedgerLine[] {
    return this.lines.splice(0);
  }
}
