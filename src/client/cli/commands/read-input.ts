import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { InvalidInput } from '../../errors.ts';

/** What `--input` says: a file, JSON, or `-` for stdin. Any object may be in it; the flow checks it. @throws InvalidInput */
export async function readInput(source: string): Promise<object> {
  const text =
    source === '-'
      ? await readStream(process.stdin)
      : source.trimStart().startsWith('{')
        ? source
        : await readFile(source, 'utf8').catch(cannotRead);
  const where = source === '-' ? 'stdin' : text === source ? '--input' : source;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidInput([
      `${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput([`${where} must be one JSON object, such as {"product":"shop"}`]);
  return value;
}

function cannotRead(error: NodeJS.ErrnoException): never {
  throw new InvalidInput([
    `--input ${error.path ?? ''} can't be read (${error.code ?? error.message}): give a file, JSON, or - for stdin`,
  ]);
}
