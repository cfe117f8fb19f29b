import type { Inspected } from './inspection.ts';
import type { Job } from './job.ts';
import type { Command } from './sandbox.ts';

/** A program that does jobs. */
export interface Backend {
  command(job: Job): Command;
  /** Turns the answer to an inspect job into what was met: its lines on stdout, and in the end what it said on stderr. */
  readInspection(): { onLine(line: string): Inspected[]; onEnd(said: string): Inspected[] };
  /**
   * Copies the pictures of `film`, adds a sound track from stdin (interleaved stereo float), writes `path`. Present
   * where a film job cannot take its sound itself.
   */
  addSound?(film: string, path: string): Command;
}
