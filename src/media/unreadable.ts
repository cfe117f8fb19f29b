import type { Container } from './containers.ts';
import { reasonOfEnding } from './ending-reason.ts';
import type { Ending } from './spawn-child.ts';

/** A file is at fault, and will be tomorrow: not the disk, the memory or the programs of this machine. */
export class UnreadableMedia extends Error {
  override readonly name = 'UnreadableMedia';
}

/** A file that was to be decoded cannot be. The caller has usually probed it before. */
export function unreadable(path: string, reason: string): UnreadableMedia {
  return new UnreadableMedia(sentence(path, reason));
}

/** The same, of a child that was to decode it; where the system or somebody of ours ended that, the file is not to blame. */
export function undecodable(path: string, ending: Ending, container: Container): Error {
  const reason = reasonOfEnding(ending, container);
  const isOurs = ending.status === 'failed' && ['ended_by_system', 'killed'].includes(ending.why);
  return isOurs ? new Error(sentence(path, reason)) : unreadable(path, reason);
}

const sentence = (path: string, reason: string) => `The media file ${path} cannot be used: ${reason}.`;
