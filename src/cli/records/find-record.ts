import type { Client, RecordDetail } from '../../client/index.ts';
import { commandLine, program } from '../again.ts';
import { UsageError } from '../exit-codes.ts';
import { oneLine } from '../text-width.ts';

/** The record of this id, or of this key; a key that several workflows have needs one of them. */
export async function findRecord(
  client: Client,
  named: { what: string; workflow: string | undefined },
  options: { signal: AbortSignal },
): Promise<RecordDetail> {
  const { what, workflow } = named;
  if (/^rec_[0-9a-z]{24}$/.test(what)) return client.records.get(what, options);
  const query = { key: what, limit: 10, ...(workflow === undefined ? {} : { workflow }) };
  const { data } = await client.records.list(query, options);
  const [first, second] = data;
  if (first === undefined)
    throw new UsageError(
      `There is no record "${oneLine(what)}"${workflow === undefined ? '' : ` in the workflow "${oneLine(workflow)}"`}.`,
      `${program} records lists them.`,
    );
  if (second !== undefined)
    throw new UsageError(
      `Several workflows have a record "${oneLine(what)}": ${data.map((record) => oneLine(record.workflow)).join(', ')}.`,
      `Say which: ${commandLine([], [['--workflow', first.workflow]], '…')}`,
    );
  return client.records.get(first.id, options);
}
