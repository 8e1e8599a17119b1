import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** Bytes of UTF-8 that a tail may have. */
export const tailBytes = 4 * 1024;
/** Bytes of the last line that is taken for outputs; also what is read of a log, so that a secret is never cut before it is redacted. */
const lastLineBytes = 64 * 1024;

export interface LogEnd {
  readonly tail: string;
  /** The last line where it is a JSON object. */
  readonly outputs: Record<string, unknown> | undefined;
}

/** Reads the end of a log of any size and content. A log that is not there is empty. */
export async function readLogEnd(path: string, redact: (text: string) => string): Promise<LogEnd> {
  const bytes = await lastBytes(path, lastLineBytes + tailBytes);
  return { tail: tailOf(bytes, redact), outputs: outputsOf(bytes, redact) };
}

/** The last lines as a valid string of at most 4 KB: no escapes, no control characters, no secrets. */
export function tailOf(bytes: Uint8Array, redact: (text: string) => string): string {
  // Before and after control sequences are taken out: they may swallow a secret's first letter, or stand in the middle of it.
  const text = redact(Buffer.from(bytes).toString('utf8'));
  return cutTail(redact(readable(text)).trimEnd(), tailBytes);
}

/** The end of a text in at most `limit` bytes of UTF-8, from the start of a line where that costs little. */
export function cutTail(text: string, limit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= limit) return bytes.toString('utf8');
  let from = bytes.length - limit;
  // Never inside a character: continuation bytes are 10xxxxxx.
  while (((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  const cut = bytes.subarray(from).toString('utf8');
  const line = cut.indexOf('\n');
  return line >= 0 && line < cut.length / 4 ? cut.slice(line + 1) : cut;
}

/** The last line as outputs, if it is a JSON object of at most 64 KB. */
export function outputsOf(
  bytes: Uint8Array,
  redact: (text: string) => string,
): Record<string, unknown> | undefined {
  const text = Buffer.from(bytes).toString('utf8').trimEnd();
  const line = text.slice(text.lastIndexOf('\n') + 1).trim();
  if (!line.startsWith('{') || Buffer.byteLength(line) > lastLineBytes) return undefined;
  try {
    return redactValue(JSON.parse(line), redact) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactValue(item, redact)]),
  );
}

function readable(raw: string): string {
  const text = stripVTControlCharacters(raw);
  // A carriage return draws a line anew: what stood before it was never meant to stay.
  const lines = text.replace(/\r+\n/g, '\n').split('\n');
  const shown = lines.map((line) => line.replace(/\r+$/, '').replace(/^.*\r/s, ''));
  return shown.join('\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

async function lastBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return new Uint8Array();
  try {
    const { size } = await file.stat();
    const length = Math.min(size, count);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
