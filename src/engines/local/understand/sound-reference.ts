import type { ReferenceFile } from '../../../domain/engine.ts';
import type { Plan } from '../../../domain/plan.ts';
import type { Reference } from '../../../domain/request.ts';
import type { Media, Sound } from '../../../media/media.ts';
import { soundRate } from '../../../media/media.ts';

export interface SoundReference {
  /** The n of `@Audio1`. */
  position: number;
  role: 'music' | 'voice';
  roleIsGiven: boolean;
  /** From the start of the file, at most as long as the film. */
  sound: Sound;
}

export async function understandSound(options: {
  reference: Reference;
  file: ReferenceFile;
  media: Media;
  plan: Plan;
  signal: AbortSignal;
}): Promise<SoundReference> {
  const { reference, file, media, plan, signal } = options;
  const sound = await media.decodeAudio(file.path, { maxSeconds: plan.durationSeconds, signal });
  const named = reference.role === 'music' || reference.role === 'voice' ? reference.role : undefined;
  return {
    position: reference.position,
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
