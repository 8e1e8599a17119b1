import type { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import type { MessageKind } from '../../../src/domain/run/messages.ts';
import { messageKinds } from '../../../src/domain/run/messages.ts';

export type Payload = temporal.api.common.v1.IPayload;

/** What may come over the wire: the arguments' payloads as bytes; undefined where there is no input at all. */
export interface RawMessage {
  readonly kind: MessageKind;
  readonly payloads: readonly Payload[] | undefined;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export function payload(
  encoding: string,
  data: Uint8Array | string,
  metadata: Readonly<Record<string, string>> = {},
): Payload {
  const all = { encoding, ...metadata };
  return {
    metadata: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, bytes(value)])),
    data: typeof data === 'string' ? bytes(data) : data,
  };
}

export const json = (value: unknown): Payload => payload('json/plain', JSON.stringify(value) ?? '');

const text = fc.string({ unit: 'binary', maxLength: 60 });
const binary = fc.uint8Array({ maxLength: 300 });
const one = (arbitrary: fc.Arbitrary<Payload>): fc.Arbitrary<Payload[]> => arbitrary.map((made) => [made]);
/** A name that nobody has. */
const stranger = text.map((name) => `${name}~`);

/** JSON that is no object: `by` can't be in it. */
const otherJson = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double({ noNaN: true }),
  text,
  fc.array(fc.jsonValue(), { maxLength: 5 }),
);
const nested = fc
  .integer({ min: 50, max: 20_000 })
  .map((depth) => `${'{"by":'.repeat(depth)}1${'}'.repeat(depth)}`);
const nestedProof = fc
  .integer({ min: 50, max: 20_000 })
  .map((depth) => `{"by":"alice","proof":${'['.repeat(depth)}${']'.repeat(depth)}}`);
const field = fc.constantFrom(
  'by',
  'gate',
  'comment',
  'digest',
  'choice',
  'severity',
  'proof',
  '__proto__',
  'constructor',
  'toString',
  'by ',
);

/** Well-formed as JSON, and wrong. */
const wrongObject = fc.oneof(
  fc.constant({}),
  fc.dictionary(
    field,
    fc.oneof(fc.integer(), fc.boolean(), fc.array(fc.string()), fc.object({ maxDepth: 2 })),
    { minKeys: 1 },
  ),
  fc.record({ by: fc.constant('alice'), [`unknown${'field'}`]: fc.jsonValue() }),
  fc.record({ by: stranger, comment: text }),
  fc.record({ by: fc.constant('alice'), severity: stranger }),
  fc.record({
    by: fc.constant('alice'),
    proof: fc.oneof(fc.array(fc.string()), fc.dictionary(text, fc.integer(), { minKeys: 1 })),
  }),
);

const several = fc.array(
  fc.oneof(
    fc.constant(json({ by: 'alice' })),
    fc.constant(payload('json/plain', '{')),
    binary.map((data) => payload('unknown', data)),
  ),
  {
    minLength: 2,
    maxLength: 8,
  },
);

const payloads: fc.Arbitrary<readonly Payload[] | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant([]),
  one(binary.map((data) => payload('json/plain', Uint8Array.of(0xff, ...data)))),
  one(fc.json().map((whole) => payload('json/plain', `{"by":"alice","comment":${whole}`))),
  one(
    fc
      .constantFrom('json/protobuf', 'binary/protobuf')
      .chain((encoding) =>
        binary.map((data) => payload(encoding, data, { messageType: 'temporal.api.common.v1.Payload' })),
      ),
  ),
  one(
    fc.record({ by: fc.constant('alice') }).map((value) => payload('json/protobuf', JSON.stringify(value))),
  ),
  one(fc.tuple(text, binary).map(([encoding, data]) => payload(`x-${encoding}`, data))),
  one(
    fc
      .constantFrom('binary/encrypted', 'binary/zlib', '', 'JSON/PLAIN')
      .map((encoding) => payload(encoding, '{"by":"alice"}')),
  ),
  one(binary.map((data) => ({ data }))),
  one(fc.constant<Payload>({})),
  one(binary.map((data) => payload('binary/plain', data))),
  one(fc.constantFrom(payload('binary/null', ''), payload('binary/null', 'x'))),
  several,
  one(otherJson.map(json)),
  one(wrongObject.map(json)),
  one(fc.oneof(nested, nestedProof).map((deep) => payload('json/plain', deep))),
  one(text.map((gate) => json({ by: 'alice', gate: `${gate}!` }))),
);

/** Anything but a message that does something. */
export const malformed: fc.Arbitrary<RawMessage> = fc
  .record({ kind: fc.constantFrom(...messageKinds), payloads })
  .filter((message) => !isComment(message));

/** A comment is taken whatever else is in it, so one that names a gate is no refusal. */
function isComment({ kind, payloads: sent }: RawMessage): boolean {
  const data = sent?.[0]?.data;
  return (
    (kind === 'comment' || kind === 'pause' || kind === 'abort') &&
    data != null &&
    new TextDecoder().decode(data).includes('"gate"')
  );
}
