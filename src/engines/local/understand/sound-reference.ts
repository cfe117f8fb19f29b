import type { Reference } from '../../../domain/request.ts';
import type { Sound } from '../../../media/media.ts';
import { type Beats, findBeats } from './sound/beats.ts';
import { type Loudness, measureLoudness } from './sound/loudness.ts';
import { judgeSpeech } from './sound/speech.ts';

export interface SoundReference {
  /** The n of `@Audio1`. */
  position: number;
  role: 'music' | 'voice';
  roleIsGiven: boolean;
  /** How sure a guessed role is, from 0 to 1; 1 for a given one. */
  roleConfidence: number;
  /** From the start of the file. */
  sound: Sound;
  /** Of the whole sound; for a voice usually none. */
  beats: Beats;
  loudness: Loudness;
}

export function understandSound({ position, role }: Reference, sound: Sound): SoundReference {
  const beats = findBeats(sound);
  const named = role === 'music' || role === 'voice' ? role : undefined;
  const { isSpeech, confidence } = judgeSpeech(sound, beats);
  return {
    position,
    role: named ?? (isSpeech ? 'voice' : 'music'),
    roleIsGiven: named !== undefined,
    roleConfidence: named === undefined ? confidence : 1,
    sound,
    beats,
    loudness: measureLoudness(sound),
  };
}
