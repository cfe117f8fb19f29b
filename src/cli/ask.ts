import { createInterface } from 'node:readline/promises';
import { Interrupted, isAbort, UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

type Asked = { output: Pick<Output, 'json'>; signal: AbortSignal };

/** Asks a person at a terminal for a yes. Without one it throws a UsageError: then `--yes` has to say it. */
export async function askForYes(question: string, { output, signal }: Asked): Promise<boolean> {
  if (!canAsk(output))
    throw new UsageError('Nobody can be asked here whether it shall be made.', 'Say so with --yes.');
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, signal));
}

/** Asks a person at a terminal for a text; Enter takes what is proposed. Only where `canAsk`. */
export async function askForText(question: string, proposed: string, signal: AbortSignal): Promise<string> {
  const answer = await ask(`${question}${proposed === '' ? '' : ` [${proposed}]`} `, signal);
  return answer === '' ? proposed : answer;
}

/** Whether a person sits at a terminal. */
export const canAsk = ({ json }: Pick<Output, 'json'>) => !json && process.stdin.isTTY === true;

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question, { signal })).trim();
  } catch (error) {
    // In raw mode Ctrl-C is a key, and no signal.
    throw isAbort(error) && !signal.aborted ? new Interrupted('Stopped.') : error;
  } finally {
    lines.close();
  }
}
