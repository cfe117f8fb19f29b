import type { Client } from '../../client/index.ts';
import { recordLimits } from '../../domain/record.ts';
import { inGroups } from '../in-groups.ts';
import type { SinkMarking, Telling } from '../sinks/sink.ts';
import type { SpooledRow } from './spool.ts';

/** What a sink is not told of again. */
export interface Passed {
  /** It was told of them as they are. */
  delivered: number;
  /** There is nothing to tell. */
  unshown: number;
}

/**
 * Of the rows of a plan those that a sink has not been told of as their records are shown now, and with `again` the others
 * too; counts those that it passes over. `tellings` has those of the rows that were given, by their keys.
 */
export async function* dueRows(
  { client, signal }: { client: Client; signal: AbortSignal },
  workflow: string,
  marking: SinkMarking,
  options: {
    rows: AsyncIterable<SpooledRow>;
    again: boolean;
    passed: Passed;
    tellings: Map<string, Telling>;
  },
): AsyncGenerator<SpooledRow> {
  const { rows, again, passed, tellings } = options;
  for await (const group of inGroups(rows, recordLimits.comparedAtOnce)) {
    const tags = new Map<string, string>();
    for (const { key, values } of group)
      if (key !== null && !tags.has(key)) tags.set(key, marking.tagOf(values));
    const asked = [...tags].map(([key, tag]) => ({ key, tag }));
    if (asked.length === 0) {
      passed.unshown += group.length;
      continue;
    }
    const answer = await client.workflows.due(workflow, marking.name, asked, { signal, again });
    const due = new Set(answer.records.map(({ key }) => key));
    for (const { key, telling: number, shown: isShown } of answer.records)
      tellings.set(key, { sink: marking.name, number, isShown });
    passed.delivered += answer.delivered;
    passed.unshown += group.length - answer.delivered;
    for (const row of group) {
      if (row.key === null || !due.has(row.key)) continue;
      passed.unshown -= 1;
      yield row;
    }
  }
}
