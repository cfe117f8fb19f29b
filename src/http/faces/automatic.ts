import type { Note } from '../../domain/plan.ts';

const automaticSeconds = 5;

/** The length of a video whose caller leaves it open, told in a note: it is held, charged and made as if asked for. */
export function usualSeconds(notes: Note[]): number {
  notes.push({
    code: 'duration_chosen',
    pointer: '/duration',
    message: `The duration was left open: ${automaticSeconds} s was chosen.`,
  });
  return automaticSeconds;
}
