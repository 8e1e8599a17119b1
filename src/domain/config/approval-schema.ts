import { z } from 'zod';
import { duration } from './parts.ts';

/** Who authorises a deployment, and what becomes of an approval that nobody decides. */
export const approvalSchema = z.strictObject({
  /** Groups or people who may decide. */
  from: z.array(z.string().min(1)).min(1, { error: 'name at least one group or person who may approve' }),
  quorum: z.int().min(1).max(20).default(1),
  /** Whether the one who started the run may approve it. */
  allowStarter: z.boolean().default(false),
  expires: duration('3d').prefault('3d'),
  remindAfter: duration('1d').prefault('1d'),
  escalateAfter: duration('2d').prefault('2d'),
  /** Told when nobody has decided by `escalateAfter`. */
  escalateTo: z.array(z.string()).default([]),
  /** What a decision must bring as `proof`. */
  proof: z.enum(['none']).default('none'),
});

/** What an issue in production leads to (RW-14). */
export const issuesSchema = z.strictObject({
  high: z.enum(['rollback', 'ask']).default('rollback'),
  highWithin: duration('15m').prefault('15m'),
  mediumWithin: duration('1h').prefault('1h'),
});
