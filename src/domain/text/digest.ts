import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';

/** SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of a value. Members that are `undefined` do not count. */
export function digestOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalize(value) ?? 'null')));
}

/** How a digest is shown to people: long enough to compare, short enough to type. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
