import type { Invocation, Option } from './command.ts';
import { UsageError } from './exit-codes.ts';

export const reportOptions = {
  from: {
    type: 'string',
    value: 'DAY',
    help: 'from that day on, or from a time such as 2026-11-01T12:00:00Z',
  },
  to: { type: 'string', value: 'DAY', help: 'to the end of that day, or before a time' },
  engine: { type: 'string', value: 'NAME', help: 'of this engine alone' },
  workflow: { type: 'string', value: 'NAME', help: 'of this workflow alone' },
  batch: { type: 'string', value: 'ID', help: 'of this batch alone' },
  tag: { type: 'string', value: 'TAG', help: 'with this tag alone' },
  'end-user': { type: 'string', value: 'ID', help: 'for this end user alone' },
} as const satisfies Record<string, Option>;

/** Which generations a report is about, as the API asks it. */
export function reportFilter({ options }: Pick<Invocation, 'options'>) {
  return {
    from: options.text('from'),
    to: options.text('to'),
    engine: options.text('engine'),
    workflow: options.text('workflow'),
    batch_id: options.text('batch'),
    tag: options.text('tag'),
    end_user_id: options.text('end-user'),
  };
}

/** The value of an option that must be one of a few words. */
export function oneOf<Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const word = words.find((candidate) => candidate === given);
  if (word === undefined) throw new UsageError(`--${name} is one of ${words.join(', ')}, not "${given}".`);
  return word;
}
