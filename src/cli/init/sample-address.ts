import type { Json } from '../../domain/json.ts';
import { headerFields, type Reaching, readAddress } from './read-address.ts';
import { sampleText } from './sample-table.ts';
import type { NewWorkflow } from './write-workflow.ts';

/**
 * The first rows of a CSV or JSONL file behind an address, and the fields of `source:` that lead there. Throws a UsageError
 * for what cannot be read or has no rows.
 */
export async function sampleAddress(
  address: string,
  reaching: Reaching,
): Promise<{ rows: Record<string, Json>[]; source: NewWorkflow['source'] }> {
  const driver = /\.(jsonl|ndjson)$/i.test(new URL(address).pathname) ? 'jsonl' : 'csv';
  const { text } = await readAddress(address, reaching);
  const { rows, delimiter } = sampleText(text, driver, address);
  const cells = delimiter === undefined || delimiter === ',' ? {} : { delimiter };
  return { rows, source: { driver, url: address, ...cells, ...headerFields(reaching) } };
}
