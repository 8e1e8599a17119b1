import type { Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { searchAttributes } from '../../domain/run/search-attributes.ts';

const alreadyExists = 6;
const keyword: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD = 2;

/**
 * Registers the search attributes of Sluice's runs in a namespace of any server. Safe to repeat and to run from
 * several workers at once.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributes.filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    // Another worker was faster between the question and the answer.
    if (!(error instanceof Error && 'code' in error && error.code === alreadyExists)) throw error;
  }
}
