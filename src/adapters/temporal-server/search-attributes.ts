import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../../domain/run/search-attributes.ts';

const alreadyExists = 6;
/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const keyword = 2;

/**
 * Registers the search attributes of Sluice's runs in a namespace of any server. Safe to repeat and to run from
 * several workers at once.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  try {
    await addSearchAttributes(connection, namespace, missing);
  } catch (error) {
    // Another worker was faster between the question and the answer.
    if (!(error instanceof Error && 'code' in error && error.code === alreadyExists)) throw error;
  }
}

/** For a server that has none of them, and may know no list of them: the test server. */
export async function addSearchAttributes(
  connection: Connection,
  namespace: string,
  names: readonly string[] = searchAttributes,
): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(names.map((name) => [name, keyword])),
  });
}
