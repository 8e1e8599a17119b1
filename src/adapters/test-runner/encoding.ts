import { open } from 'node:fs/promises';

/** In which encoding a report is written: by its mark, by its zero bytes, or, of XML, as it says itself. UTF-8 where nothing else is said. */
export function encodingOf(start: Uint8Array): string {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // ASCII letters in UTF-16 without a mark.
  if (start.length >= 4 && second === 0 && start[3] === 0 && first !== 0) return 'utf-16le';
  if (start.length >= 4 && first === 0 && start[2] === 0 && second !== 0) return 'utf-16be';
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(
    Buffer.from(start).toString('latin1'),
  )?.[1];
  // Whoever names UTF-16 in single bytes doesn't mean it.
  return declared === undefined || /^utf-?(?:8|16)|^ucs/i.test(declared) ? 'utf-8' : declared;
}

/** The text of a report. @throws RangeError for an encoding that nobody knows */
export const decoded = (bytes: Uint8Array): string =>
  new TextDecoder(encodingOf(bytes.subarray(0, 200))).decode(bytes);

/** How a file begins. */
export async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(200), 0, 200, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
