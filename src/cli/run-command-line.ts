import { KinoraError } from '../client/index.ts';
import { AppError } from '../domain/errors.ts';
import { type Command, parseCommandLine } from './command.ts';
import {
  exitCodeOf,
  exitCodes,
  Interrupted,
  isAbort,
  NobodyReads,
  NotMade,
  UsageError,
} from './exit-codes.ts';
import { helpOf, overview } from './help.ts';
import { createOutput, type Output } from './output.ts';

export type CommandTable = Readonly<
  Record<string, { summary: string; load(): Promise<{ command: Command }> }>
>;

/** Runs what the command line says; answers with the exit code, having said everything there is to say. */
export async function runCommandLine(commands: CommandTable, args: readonly string[]): Promise<number> {
  const { env, stdout, stderr } = process;
  const noColours = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const output = createOutput({ json: args.includes('--json'), stdout, stderr, noColours });
  const signal = stopSignal(output);
  try {
    const [name = '--help', ...rest] = args;
    if (name === '--help' || name === '-h' || name === 'help') {
      stdout.write(`${overview(commands, output.style)}\n`);
      return exitCodes.ok.code;
    }
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (entry === undefined)
      throw new UsageError(
        `There is no command "${name}".`,
        `Commands: ${Object.keys(commands).join(', ')}.`,
      );
    const { command } = await entry.load();
    const { positionals, options } = parseCommandLine(command, rest);
    if (options.flag('help')) stdout.write(`${helpOf(command, output.style)}\n`);
    else await command.run({ positionals, options, env, output, signal });
    return exitCodes.ok.code;
  } catch (error) {
    const why = signal.aborted && isAbort(error) ? signal.reason : error;
    sayWhy(output, why);
    return exitCodeOf(why);
  }
}

/**
 * Aborts at the first Ctrl-C or SIGTERM, and when nobody reads what is written any more, so that things end in good
 * order; a later signal ends the process.
 */
export function stopSignal(output: Output): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const stop = () => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      output.note('stopping; once more to stop at once …');
      controller.abort(new Interrupted('Stopped.'));
    } else if (performance.now() - firstAt > samePressMs) process.exit(exitCodes.interrupted.code);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => controller.abort(new NobodyReads()));
  return controller.signal;
}

/** One Ctrl-C may arrive several times: from the terminal, and from each program that started us and passes it on. */
const samePressMs = 1_000;

export function sayWhy(output: Output, error: unknown): void {
  if (error instanceof NotMade || error instanceof Interrupted) output.problem(error.message);
  else if (error instanceof UsageError) output.problem(withHint(error.message, error.hint));
  else if (error instanceof AppError || error instanceof KinoraError)
    output.problem(withHint([error.message, ...otherFaults(error)].join('\n  '), error.hint));
  else
    output.problem(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}

/** The message is about the first fault; the others have not been said yet. */
function otherFaults({ faults }: Pick<KinoraError, 'faults'>): string[] {
  return faults.slice(1).map(({ pointer, message }) => `${pointer}: ${message}`);
}

const withHint = (message: string, hint: string | undefined) =>
  hint === undefined ? message : `${message}\n  ${hint}`;
