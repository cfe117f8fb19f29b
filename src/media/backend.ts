import type { Inspected } from './inspection.ts';
import type { Job, Source } from './job.ts';
import type { Command } from './sandbox.ts';

/** A program that does jobs. */
export interface Backend {
  /** Throws if the program cannot do what is asked here. Awaited before every job; only the first call takes time. */
  ready?(): Promise<void>;
  command(job: Job): Command;
  /** Understands the answer to an inspect job, line by line. */
  readInspection(): (line: string) => Inspected[];
  /** What an inspect job tells only in the end, on stderr. */
  readComplaints?(said: string): Inspected[];
  /** Present where an inspect job may ask only for streams that are there: lists them, on stderr. */
  listStreams?: { command(source: Source): Command; read(said: string): Inspected[] };
  /**
   * Copies the pictures of `film`, adds a sound track from stdin (interleaved stereo float), writes `path`. Present
   * where a film job cannot take its sound itself.
   */
  addSound?(film: string, path: string): Command;
}
