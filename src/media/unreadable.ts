import type { Container } from './containers.ts';
import { reasonOfEnding } from './ending-reason.ts';
import type { Ending } from './spawn-child.ts';

/** A file that was to be decoded cannot be. The caller has usually probed it before. */
export function unreadable(path: string, reason: string): Error {
  return new Error(`The media file ${path} cannot be used: ${reason}.`);
}

/** The same, of a child that was to decode it. */
export const undecodable = (path: string, ending: Ending, container: Container) =>
  unreadable(path, reasonOfEnding(ending, container));
