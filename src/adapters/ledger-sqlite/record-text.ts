import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** A record as canonical JSON (RFC 8785). What JSON can't hold is made fit instead of refused: a record must not be lost. */
export function recordText(record: object): string {
  const plain: unknown = JSON.parse(JSON.stringify(record), (_key, value: unknown) => wellFormed(value));
  return canonicalize(plain) ?? 'null';
}

/** Half a surrogate pair is neither canonical JSON nor UTF-8. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.toWellFormed(), member as unknown]),
  );
}

/** SHA-256, in hexadecimal, of the hash of the run's record before this one (nothing for its first) and the record. */
export function chainHash(previous: string, body: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex');
}
