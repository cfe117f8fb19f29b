import { KinoraError } from '../client/index.ts';
import { AppError } from '../domain/errors.ts';

/** How every command ends. The one place that says so; `kinora --help` prints it. */
export const exitCodes = {
  ok: { code: 0, meaning: 'everything that was asked for was done' },
  failed: { code: 1, meaning: 'something that was asked for was not made' },
  usage: { code: 2, meaning: 'the command, a file it was given or the environment cannot be used as it is' },
  noServer: { code: 3, meaning: 'no server could be reached or started' },
  refused: { code: 4, meaning: 'the server refused the request' },
  noCredits: { code: 5, meaning: 'there are not enough credits' },
  interrupted: {
    code: 130,
    meaning:
      'stopped by Ctrl-C or a signal; run goes on with the same command, generate with --resume and its id',
  },
} as const;

/** A command that was called wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** What was asked for was not made; everything about it has been said. */
export class NotMade extends Error {
  override readonly name = 'NotMade';
}

/** Whoever read standard output has left, as `head` does. */
export class NobodyReads extends NotMade {
  constructor() {
    super('Stopped: nobody reads standard output any more.');
  }
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** What Node rejects with where a signal ended a wait; why, only the signal says. */
export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return exitCodes.interrupted.code;
  if (error instanceof UsageError) return exitCodes.usage.code;
  if (error instanceof AppError)
    return error.code === 'unavailable' ? exitCodes.noServer.code : exitCodes.usage.code;
  if (!(error instanceof KinoraError)) return exitCodes.failed.code;
  switch (error.code) {
    case 'unreachable':
    case 'unexpected_answer':
      return exitCodes.noServer.code;
    case 'insufficient_credits':
      return exitCodes.noCredits.code;
    default:
      return exitCodes.refused.code;
  }
}
