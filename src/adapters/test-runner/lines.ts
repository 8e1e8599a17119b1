import { createReadStream } from 'node:fs';
import { encodingOf, startOf } from './encoding.ts';

/** Lines of a file of any size, a batch at a time; what a line has beyond `longest` characters is left out. */
export async function* lineBatches(path: string, longest: number): AsyncGenerator<readonly string[]> {
  let open = '';
  const decoder = new TextDecoder(encodingOf(await startOf(path)));
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    const parts = decoder.decode(chunk as Uint8Array, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    const [first, ...rest] = parts;
    if (first === undefined) {
      if (open.length < longest) open += last.slice(0, longest - open.length);
      continue;
    }
    yield [
      open + first.slice(0, Math.max(0, longest - open.length)),
      ...rest.map((line) => line.slice(0, longest)),
    ];
    open = last.slice(0, longest);
  }
  open += decoder.decode();
  if (open) yield [open];
}
