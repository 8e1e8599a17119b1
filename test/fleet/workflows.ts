import {
  condition,
  defineSignal,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type * as activities from './activities.ts';

export const go = defineSignal('go');
const { mark } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
const product = defineSearchAttributeKey('SluiceProduct', SearchAttributeType.KEYWORD);

/** Does something, waits for a person, and does something again: the smallest run that a release is like. */
export async function waits(name: string): Promise<string[]> {
  let gone = false;
  setHandler(go, () => void (gone = true));
  upsertSearchAttributes([{ key: product, value: name }]);
  const before = await mark('before');
  await condition(() => gone);
  return [before, await mark('after')];
}
