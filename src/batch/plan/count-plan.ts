import type { Change } from '../explain-change.ts';
import type { ComparedRow, KnownRecord } from './compare-rows.ts';

/** What a plan comes to. Only the first rows of each kind are named, however many there are. */
export interface PlanCounts {
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  /** Asked for by an earlier run and not ended: nothing is asked for again. */
  open: number;
  /** Asked for as it is now, and not made. */
  failed: number;
  /** Of them, how many a content filter has rejected, or somebody deleted: made again only where that is asked for. */
  leftAlone: number;
  invalid: number;
  listed: {
    new: { key: string; title: string }[];
    changed: { key: string; title: string; version: number | null; changes: Change[] }[];
    open: { key: string; title: string }[];
    failed: { key: string; title: string; reason: string; leftAlone: boolean }[];
    invalid: { key: string | null; place: string; field: string | null; error: string }[];
  };
  /** What was decided for rows, each with how many it concerns and the first of them. */
  notes: { note: string; rows: number; first: string }[];
}

/** Counts rows as they come. `most`: how many of each kind are named. */
export function createPlanCounts(most: number): PlanCounts & { add(row: ComparedRow): void } {
  const notes = new Map<string, PlanCounts['notes'][number]>();
  const counts: PlanCounts & { add(row: ComparedRow): void } = {
    rows: 0,
    new: 0,
    changed: 0,
    unchanged: 0,
    open: 0,
    failed: 0,
    leftAlone: 0,
    invalid: 0,
    listed: { new: [], changed: [], open: [], failed: [], invalid: [] },
    notes: [],
    add(compared) {
      counts.rows += 1;
      counts[compared.state] += 1;
      if (compared.state === 'failed' && compared.leftAlone) counts.leftAlone += 1;
      if (compared.state !== 'invalid') for (const note of compared.row.notes) noteOf(note, compared.row.key);
      if (compared.state === 'unchanged') return;
      list(counts.listed, most, compared);
    },
  };
  const noteOf = (note: string, key: string) => {
    const known = notes.get(note);
    if (known !== undefined) {
      known.rows += 1;
      return;
    }
    if (notes.size >= mostNotes) return;
    const first = { note, rows: 1, first: key };
    notes.set(note, first);
    counts.notes.push(first);
  };
  return counts;
}

const mostNotes = 50;

function list(
  listed: PlanCounts['listed'],
  most: number,
  compared: Exclude<ComparedRow, { state: 'unchanged' }>,
): void {
  if (listed[compared.state].length >= most) return;
  if (compared.state === 'invalid') {
    const { key, place, field, error } = compared.row;
    listed.invalid.push({ key, place, field, error });
    return;
  }
  const { key, title } = compared.row;
  if (compared.state === 'changed')
    listed.changed.push({ key, title, version: compared.known.version ?? null, changes: compared.changes });
  else if (compared.state === 'failed')
    listed.failed.push({ key, title, reason: reasonOf(compared.known), leftAlone: compared.leftAlone });
  else listed[compared.state].push({ key, title });
}

function reasonOf({ message, reason }: KnownRecord): string {
  return message ?? reason?.replaceAll('_', ' ') ?? 'it was not made';
}
