import type { Check } from './check.ts';

/** Gives the value of a secret reference. @throws where it can't be read, with the reason. */
export type Secrets = (reference: string) => Promise<string>;

/** Does what needs secrets; one that can't be read is what the doctor says of it. */
export async function withSecrets(
  what: string,
  references: readonly string[],
  secrets: Secrets,
  look: (values: readonly string[]) => Promise<Check> | Check,
): Promise<Check> {
  let values: readonly string[];
  try {
    values = await Promise.all(references.map(secrets));
  } catch (error) {
    return {
      level: 'fail',
      what,
      says: error instanceof Error ? error.message : String(error),
      mend: 'set the variable, or write the file, that the configuration refers to',
      about: 'configuration',
    };
  }
  return look(values);
}
