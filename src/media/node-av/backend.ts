import type { Backend } from '../backend.ts';
import { readInspected } from '../inspection.ts';
import { siblingModule } from '../sibling.ts';

// Measured: Node 24 with the library loaded maps 1.3 GiB. Run from a checkout, the WebAssembly that strips the types
// maps another 4 GiB, and twice that with the trap handler, whose guard pages nobody here needs.
const nodeBytes = 1.5 * 2 ** 30;
const typeStripperBytes = 4.5 * 2 ** 30;

/** FFmpeg as a library, in a Node process of its own for every job. */
export function nodeAvBackend(): Backend {
  const program = siblingModule(import.meta.url, './child');
  const reservedBytes = program.endsWith('.ts') ? nodeBytes + typeStripperBytes : nodeBytes;
  return {
    command: (job) => ({
      file: process.execPath,
      args: ['--disable-wasm-trap-handler', '--no-warnings', program, JSON.stringify(job)],
      reservedBytes,
    }),
    readInspection: () => (line) => [readInspected(line)],
  };
}
