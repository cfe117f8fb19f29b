import type { Backend } from '../backend.ts';
import { readInspected } from '../inspection.ts';
import { siblingModule } from '../sibling.ts';

/** FFmpeg as a library, in a Node process of its own for every job. */
export function nodeAvBackend(): Backend {
  const program = siblingModule(import.meta.url, './child');
  return {
    command: (job) => ({
      file: process.execPath,
      // Node's own guard pages for WebAssembly would not fit into the address space that a child may have.
      args: ['--disable-wasm-trap-handler', '--no-warnings', program, JSON.stringify(job)],
    }),
    readInspection: () => ({ onLine: (line) => [readInspected(line)], onEnd: () => [] }),
  };
}
