import type { Client } from '../../client/index.ts';
import { recordLimits } from '../../domain/record.ts';
import { inGroups } from '../in-groups.ts';
import type { SinkMarking } from '../sinks/sink.ts';
import type { SpooledRow } from './spool.ts';

/** What a sink is not told of again. */
export interface Passed {
  /** It was told of them as they are. */
  delivered: number;
  /** There is nothing to tell. */
  unshown: number;
}

/** Of the rows of a plan those that a sink has not been told of as their records are shown now; counts the others. */
export async function* dueRows(
  { client, signal }: { client: Client; signal: AbortSignal },
  workflow: string,
  marking: SinkMarking,
  options: { rows: AsyncIterable<SpooledRow>; passed: Passed },
): AsyncGenerator<SpooledRow> {
  const { rows, passed } = options;
  for await (const group of inGroups(rows, recordLimits.comparedAtOnce)) {
    const tags = new Map<string, string>();
    for (const { key, values } of group)
      if (key !== null && !tags.has(key)) tags.set(key, marking.tagOf(values));
    const asked = [...tags].map(([key, tag]) => ({ key, tag }));
    if (asked.length === 0) {
      passed.unshown += group.length;
      continue;
    }
    const answer = await client.workflows.due(workflow, marking.name, asked, { signal });
    const due = new Set(answer.keys);
    passed.delivered += answer.delivered;
    passed.unshown += group.length - answer.delivered;
    for (const row of group) {
      if (row.key === null || !due.has(row.key)) continue;
      passed.unshown -= 1;
      yield row;
    }
  }
}
