import { FFmpegError } from 'node-av/lib';

/** The result of a libav call, or an error that says which call failed and why. */
export function must(result: number, doing: string): number {
  if (result < 0) throw new Error(`${doing}: ${FFmpegError.strerror(result)}`);
  return result;
}

/** A value that a libav call makes, or an error that says what is missing. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is not there`);
  return value;
}
