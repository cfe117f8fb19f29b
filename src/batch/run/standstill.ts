import type { Batch } from '../../contract/batch.ts';

/**
 * Rows that wait for their turn, and those that stay where they are until somebody raises a cap, buys credits or resumes the
 * batch. A budget keeps some rows while others go on, so each is looked at; what else stops a batch stops it at its first
 * such row, and those after it are not even looked at.
 */
export function waitingRows({ rows, stopped_by: stop }: Batch): { waiting: number; parked: number } {
  if (stop === null || stop['reason'] === 'budget')
    return { waiting: rows.waiting, parked: rows.waiting_budget };
  return { waiting: 0, parked: rows.waiting + rows.waiting_budget };
}

/** How many of its videos are on their way: not those of which only a provider or the operator can tell what becomes of them. */
const inTheMaking = ({ generations, parked }: Batch) =>
  generations.pending + generations.processing - parked.videos;

/** Whether nothing becomes of it before somebody resumes it: what was held before it was paused is not begun either. */
const isAside = (batch: Batch) =>
  batch.status === 'paused' && batch.generations.processing - batch.parked.videos === 0;

/** Whether any of its rows is made, or waits for its turn. */
const isBusy = (batch: Batch) => inTheMaking(batch) > 0 || waitingRows(batch).waiting > 0;

/** The same, and whether it waits for somebody who has paused it. */
const isMoving = (batch: Batch) => batch.status === 'paused' || isBusy(batch);

/** Whether all that is left of these batches is paused. */
export const areAside = (batches: readonly Batch[]): boolean =>
  batches.some(isAside) && batches.every((batch) => isAside(batch) || !isMoving(batch));

/** What was raised a moment ago is looked at by then, and a job that was parked may have been heard of. */
const settledMs = 2_000;

/** Told at each look how batches stand and how long ago the last look was, says whether nothing will become of them any more. */
export function createStandstill(): (batches: readonly Batch[], sinceLastMs: number) => boolean {
  let stillMs: number | undefined;
  return (batches, sinceLastMs) => {
    if (batches.some(isMoving)) {
      stillMs = undefined;
      return false;
    }
    stillMs = stillMs === undefined ? 0 : stillMs + sinceLastMs;
    const isOver = (batch: Batch) => waitingRows(batch).parked + batch.parked.videos === 0;
    return stillMs >= settledMs || batches.every(isOver);
  };
}
