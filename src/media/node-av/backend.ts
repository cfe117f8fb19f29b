import type { Backend } from '../backend.ts';
import { compiledCode } from '../compiled-code.ts';
import { readInspected } from '../inspection.ts';
import { writingLimits } from '../limits.ts';
import type { Command } from '../sandbox.ts';
import { siblingModule } from '../sibling.ts';
import { spawnChild } from '../spawn-child.ts';

// Measured: Node 24 with the library loaded maps 1.3 GiB, and 8 GiB more when it is run from a checkout: that is what
// V8 sets aside, without using it, for the WebAssembly that strips the types.
const nodeBytes = 1.5 * 2 ** 30;
const typeStripperBytes = 8.5 * 2 ** 30;

/** FFmpeg as a library, in a Node process of its own for every job. */
export function nodeAvBackend(): Backend {
  const program = siblingModule(import.meta.url, './child');
  const reservedBytes = program.endsWith('.ts') ? nodeBytes + typeStripperBytes : nodeBytes;
  const child = (...job: string[]): Command => ({
    file: process.execPath,
    args: ['--no-warnings', program, ...job],
    reservedBytes,
  });
  return {
    ready: () => (compiled ??= compile(child())),
    command: (job) => child(JSON.stringify(job)),
    readInspection: () => (line) => [readInspected(line)],
  };
}

let compiled: Promise<void> | undefined;

// A child that opens a foreign file may write none, so that it could not keep the code it compiles: one without a job
// does, once for all that this process starts. Should it fail, the first job says why.
async function compile(command: Command): Promise<void> {
  if (compiledCode() === undefined) return;
  const child = await spawnChild({ command, limits: writingLimits });
  await child.ended;
}
