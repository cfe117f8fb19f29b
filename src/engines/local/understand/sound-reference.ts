import type { Reference } from '../../../domain/request.ts';
import { type Sound, soundRate } from '../../../media/media.ts';

export interface SoundReference {
  /** The n of `@Audio1`. */
  position: number;
  role: 'music' | 'voice';
  roleIsGiven: boolean;
  /** From the start of the file, at most as long as the film. */
  sound: Sound;
}

export function understandSound({ position, role }: Reference, sound: Sound): SoundReference {
  const named = role === 'music' || role === 'voice' ? role : undefined;
  return {
    position,
    role: named ?? (isSpeech(sound) ? 'voice' : 'music'),
    roleIsGiven: named !== undefined,
    sound,
  };
}

const windowSeconds = 0.03;

/** Speech falls silent between words and phrases; music carries on. Judged by the share of quiet windows. */
export function isSpeech({ left, right }: Sound): boolean {
  const window = Math.round(soundRate * windowSeconds);
  const levels: number[] = [];
  for (let start = 0; start + window <= left.length; start += window) {
    let energy = 0;
    for (let index = start; index < start + window; index++)
      energy += (((left[index] ?? 0) + (right[index] ?? 0)) / 2) ** 2;
    levels.push(Math.sqrt(energy / window));
  }
  const loud = levels.toSorted((one, other) => other - one)[Math.floor(levels.length * 0.1)] ?? 0;
  if (loud === 0) return false;
  const quiet = levels.filter((level) => level < loud * 0.06).length;
  return quiet / levels.length > 0.12;
}
