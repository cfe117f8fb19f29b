import { type Change, explainChange } from '../explain-change.ts';
import type { Fingerprints } from '../fingerprint.ts';
import { type InvalidRow, invalidBy, type ReadyRow } from '../plan-row.ts';

/** What the server knows of a record, beside one fingerprint of it. */
export interface KnownRecord {
  /** Its place in the question. */
  index: number;
  state: 'new' | 'changed' | 'open' | 'failed';
  version?: number | undefined;
  /** Of the newest version, where it is another. */
  parts?: unknown;
  /** The code of the failure, and what it says. */
  reason?: string | undefined;
  message?: string | undefined;
  /** Where it is being made. */
  batch_id?: string | undefined;
}

/** The records of a workflow, wherever they are kept. */
export interface Records {
  /** Tells of every row that is not made already, in the order of the question. */
  compare(rows: readonly { key: string; fingerprint: string }[]): Promise<readonly KnownRecord[]>;
  /** Every key that there is a record of, in pages. */
  keys(): AsyncIterable<readonly string[]>;
}

export type ComparedRow =
  | { state: 'unchanged'; row: ReadyRow }
  | { state: 'new'; row: ReadyRow; fingerprint: string; known: KnownRecord }
  | { state: 'open'; row: ReadyRow; fingerprint: string; known: KnownRecord }
  /** `leftAlone`: a content filter would say the same again, and what somebody has deleted is not brought back. */
  | { state: 'failed'; row: ReadyRow; fingerprint: string; known: KnownRecord; leftAlone: boolean }
  | { state: 'changed'; row: ReadyRow; fingerprint: string; known: KnownRecord; changes: Change[] }
  | { state: 'invalid'; row: InvalidRow };

/** Why a row was not made, where asking for it again by itself would be wrong. */
const notAgain: readonly string[] = ['content_rejected', 'deleted'];

/**
 * Every row with what there is of it, in the order of the source and in the chunks that they come in: one question each.
 * The next chunk is read while the server compares, and memory stays the same however many there are.
 */
export async function* compareRows(
  chunks: AsyncIterable<readonly (ReadyRow | InvalidRow)[]>,
  options: { fingerprints: Fingerprints; records: Records },
): AsyncGenerator<readonly ComparedRow[]> {
  let before: Promise<ComparedRow[]> | undefined;
  for await (const chunk of chunks) {
    const answer = compareChunk(chunk, options.fingerprints, options.records);
    // Whoever reads it gets the error; until then it must not end the process.
    answer.catch(() => {});
    if (before !== undefined) yield await before;
    before = answer;
  }
  if (before !== undefined) yield await before;
}

async function compareChunk(
  rows: readonly (ReadyRow | InvalidRow)[],
  fingerprints: Fingerprints,
  records: Records,
): Promise<ComparedRow[]> {
  const ready = rows.filter((row): row is ReadyRow => !('error' in row));
  const question = ready.map((row) => ({ key: row.key, fingerprint: fingerprints.of(row) }));
  const answers = question.length === 0 ? [] : await records.compare(question);
  const others = new Map(answers.map((known) => [known.index, known]));
  let index = -1;
  return rows.map((row): ComparedRow => {
    if ('error' in row) return { state: 'invalid', row };
    index += 1;
    const known = others.get(index);
    const fingerprint = question[index]?.fingerprint ?? '';
    if (known === undefined) return { state: 'unchanged', row };
    const untitled = titleFault(row);
    if (untitled !== undefined) return { state: 'invalid', row: untitled };
    if (known.state === 'failed')
      return { state: 'failed', row, fingerprint, known, leftAlone: notAgain.includes(known.reason ?? '') };
    if (known.state !== 'changed') return { state: known.state, row, fingerprint, known };
    const changes = explainChange(known.parts, fingerprints.partsOf(row));
    return { state: 'changed', row, fingerprint, known, changes };
  });
}

/** Titles are made last, for rows that are told of: those that have not changed need none. */
function titleFault(row: ReadyRow): InvalidRow | undefined {
  try {
    row.title;
    return undefined;
  } catch (error) {
    return invalidBy(row, error);
  }
}
