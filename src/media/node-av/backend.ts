import type { Backend } from '../backend.ts';
import { readInspected } from '../inspection.ts';
import { siblingModule } from '../sibling.ts';

// Measured: Node 24 with the library loaded maps 1.3 GiB, and 8 GiB more when it is run from a checkout: that is what
// V8 sets aside, without using it, for the WebAssembly that strips the types.
const nodeBytes = 1.5 * 2 ** 30;
const typeStripperBytes = 8.5 * 2 ** 30;

/** FFmpeg as a library, in a Node process of its own for every job. */
export function nodeAvBackend(): Backend {
  const program = siblingModule(import.meta.url, './child');
  const reservedBytes = program.endsWith('.ts') ? nodeBytes + typeStripperBytes : nodeBytes;
  return {
    command: (job) => ({
      file: process.execPath,
      args: ['--no-warnings', program, JSON.stringify(job)],
      reservedBytes,
    }),
    readInspection: () => (line) => [readInspected(line)],
  };
}
