import type { Note, Plan } from '../../../domain/plan.ts';
import type { Planner } from '../planner/planner.ts';
import { type Directions, readDirections } from './directions.ts';

/**
 * The directions of a plan's prompt: a planner's where one is given and succeeds, else the grammar's. A storyboard that
 * came with the plan leaves nothing to plan.
 */
export async function readPrompt(options: {
  plan: Plan;
  planner: Planner | undefined;
  signal: AbortSignal;
}): Promise<{ directions: Directions; notes: Note[] }> {
  const { plan, planner, signal } = options;
  const read = readDirections(plan.prompt);
  if (planner === undefined || plan.storyboard !== undefined || plan.prompt.trim() === '') return read;
  const { prompt, durationSeconds, aspectRatio } = plan;
  const references = plan.references.map(({ kind, position, role }) => ({
    kind,
    position,
    ...(role === undefined ? {} : { role }),
  }));
  const planned = await planner.plan(prompt, { references, durationSeconds, aspectRatio }, signal);
  if ('failed' in planned) return { ...read, notes: [noteOnFailure(planned.failed), ...read.notes] };
  const { directions } = planned;
  return { directions, notes: [noteOnUse(directions), ...read.notes.filter(isOnAnyReading)] };
}

/** What the grammar says of its own reading is not true of a model's. */
const isOnAnyReading = ({ code }: Note) => code === 'prompt_is_direction';

const noteOnFailure = (reason: string): Note => ({
  code: 'planner_failed',
  pointer: '/prompt',
  message: `The planner could not be used, so the prompt was read by the grammar: ${reason}.`,
});

/** With the directions themselves: a model may read the same prompt differently the next time. */
const noteOnUse = (directions: Directions): Note => ({
  code: 'planner_used',
  pointer: '/prompt',
  message: `A language model read the prompt; its directions: ${JSON.stringify(withoutEmpty(directions))}`,
});

const withoutEmpty = (directions: Directions) =>
  Object.fromEntries(
    Object.entries(directions).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
