import { createInterface } from 'node:readline/promises';
import { UsageError } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Asks a person at a terminal for a yes. Without one it throws a UsageError: then `--yes` has to say it. */
export async function askForYes(
  question: string,
  { output, signal }: { output: Pick<Output, 'json'>; signal: AbortSignal },
): Promise<boolean> {
  if (output.json || process.stdin.isTTY !== true)
    throw new UsageError('Nobody can be asked here whether it shall be made.', 'Say so with --yes.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
