import type { Choice } from '../../batch/plan/plan-rows.ts';
import type { Option, OptionValues } from '../command.ts';
import { UsageError } from '../exit-codes.ts';

/** What plan and run let a person choose alike. */
export const choiceOptions = {
  limit: { type: 'string', value: 'N', help: 'only the first N rows of the source' },
  only: { type: 'string', multiple: true, value: 'KEY', help: 'only the row with this key' },
  'no-retry': { type: 'boolean', help: 'leave rows alone that failed before' },
  'retry-failed': {
    type: 'boolean',
    help: 'only rows that failed before, also those that a content filter has rejected',
  },
  'accept-drift': {
    type: 'boolean',
    help: 'take what URLs hold now, where it is not what kinora.lock has',
  },
} as const satisfies Record<string, Option>;

export function readChoice(options: OptionValues): Choice {
  const limit = options.wholeNumber('limit');
  if (limit !== undefined && limit < 1) throw new UsageError(`--limit must be at least 1, not ${limit}.`);
  const [none, all] = [options.flag('no-retry'), options.flag('retry-failed')];
  if (none && all) throw new UsageError('--no-retry and --retry-failed contradict each other.');
  return {
    only: options.texts('only'),
    limit,
    retry: none ? 'none' : all ? 'all' : 'usual',
    onlyFailed: all,
  };
}
