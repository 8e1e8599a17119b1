import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { createSecretResolver } from '../secrets.ts';
import { hideInLogs } from './redaction.ts';

const reference = /^(env:[A-Za-z_]\w*|file:.+)$/;

/**
 * Hides the secrets that a configuration file refers to, as far as they can be had here: what commands printed with a worker's secrets is
 * shown by a process that never resolved them. A file that can't be read hides nothing.
 */
export async function hideSecretsOf(
  file: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly baseDirectory: string },
): Promise<void> {
  const { resolve, redact } = createSecretResolver(options);
  hideInLogs(redact);
  const references = await readFile(file, 'utf8').then(
    (text) => referencesIn(parse(text)),
    () => [],
  );
  await Promise.all(references.map((each) => resolve(each).catch(() => undefined)));
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return reference.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}
