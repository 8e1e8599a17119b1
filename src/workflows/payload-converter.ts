import type { Payload, PayloadConverter } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { undecodableMark } from '../domain/run/messages.ts';

/**
 * A payload that can't be decoded would fail the workflow task for ever, before any handler of ours is asked. So decoding
 * never throws: it gives a marked value, which the handler refuses like any other malformed message.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch (error) {
      return { [undecodableMark]: error instanceof Error ? error.message : 'unknown error' } as T;
    }
  },
};
