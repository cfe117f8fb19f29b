import type { SoundCue } from '../../../domain/storyboard.ts';
import type { Sound } from '../../../media/media.ts';
import { fromDecibels } from '../understand/sound/loudness.ts';
import type { SoundReference } from '../understand/sound-reference.ts';
import { makeBed } from './bed/make-bed.ts';
import type { FoleySound } from './cues.ts';
import { duck } from './duck.ts';
import { makeFoley } from './foley.ts';
import { levelTo } from './level-to.ts';
import { master } from './master.ts';
import { cutMusic } from './music.ts';
import { addSound, easeBetween, shape, silence } from './stereo.ts';
import { prepareVoice } from './voice.ts';

export interface MixOptions {
  /** Length of the film. */
  seconds: number;
  seed: number;
  cues: readonly SoundCue[];
  sounds: readonly SoundReference[];
}

/**
 * The film's sound, exactly as long as the film, at -14 LUFS with peaks low enough for AAC to stay below -1 dBTP; undefined if there are no
 * cues. Throws if a cue names a reference that was not heard.
 */
export function mixSound({ seconds, seed, cues, sounds }: MixOptions): Sound | undefined {
  if (cues.length === 0) return undefined;
  const voice = layVoices({ seconds, cues, sounds });
  const music = layMusic({ seconds, seed, cues, sounds });
  if (voice.isHeard) duck(music.sound, { voice: voice.sound, voiceLufs });
  const mix = music.sound;
  addSound(mix, { source: voice.sound, atSeconds: 0 });
  layFoley(mix, { cues, seed });
  // Whatever the film's edges cut through, they must not click.
  shape(mix, (at) => easeBetween(at, 0, 0.003) * (1 - easeBetween(at, seconds - 0.01, seconds - 0.001)));
  master(mix, { alreadyRaisedDb: Math.max(voice.raisedDb, music.raisedDb) });
  return mix;
}

/** Levels before mastering, so that voice, music and foley stand right to each other. */
const musicLufs = -14.5;
const voiceLufs = -15;

interface Layer {
  sound: Sound;
  /** By how much the reference that was raised most was raised. */
  raisedDb: number;
  isHeard: boolean;
}

function layVoices({ seconds, cues, sounds }: Omit<MixOptions, 'seed'>): Layer {
  const layer: Layer = { sound: silence(seconds), raisedDb: 0, isHeard: false };
  for (const cue of cues) {
    if (cue.kind !== 'voice') continue;
    const { sound, raisedDb } = prepareVoice(soundOf(cue, sounds).sound, {
      fromSeconds: cue.fromSeconds,
      seconds: lengthOf(cue, seconds),
      lufs: voiceLufs,
    });
    addSound(layer.sound, { source: sound, atSeconds: cue.startSeconds });
    layer.raisedDb = Math.max(layer.raisedDb, raisedDb);
    layer.isHeard = true;
  }
  return layer;
}

function layMusic({ seconds, seed, cues, sounds }: MixOptions): Layer {
  const layer: Layer = { sound: silence(seconds), raisedDb: 0, isHeard: false };
  for (const cue of cues) {
    if (cue.kind === 'bed') {
      const bed = makeBed({ ...cue, seconds: lengthOf(cue, seconds), seed });
      levelTo(bed, musicLufs);
      addSound(layer.sound, { source: bed, atSeconds: cue.startSeconds });
    } else if (cue.kind === 'music') {
      const { sound, beats } = soundOf(cue, sounds);
      const music = cutMusic({
        source: sound,
        beats,
        fromSeconds: cue.fromSeconds,
        seconds: lengthOf(cue, seconds),
      });
      layer.raisedDb = Math.max(layer.raisedDb, levelTo(music, musicLufs));
      addSound(layer.sound, { source: music, atSeconds: cue.startSeconds });
    } else continue;
    layer.isHeard = true;
  }
  return layer;
}

function soundOf(
  { kind, position }: { kind: 'music' | 'voice'; position: number },
  sounds: readonly SoundReference[],
): SoundReference {
  const reference = sounds.find((sound) => sound.position === position);
  if (reference === undefined)
    throw new Error(`The storyboard plays audio ${position} as ${kind}, but it was not read.`);
  return reference;
}

const lengthOf = (cue: { startSeconds: number; endSeconds: number }, filmSeconds: number) =>
  Math.max(0, Math.min(cue.endSeconds, filmSeconds) - cue.startSeconds);

function layFoley(mix: Sound, { cues, seed }: { cues: readonly SoundCue[]; seed: number }): void {
  const made = new Map<FoleySound, ReturnType<typeof makeFoley>>();
  for (const cue of cues) {
    if (cue.kind !== 'foley') continue;
    const foley = made.get(cue.sound) ?? makeFoley(cue.sound, seed);
    made.set(cue.sound, foley);
    addSound(mix, {
      source: foley.sound,
      atSeconds: cue.startSeconds - foley.peakSeconds,
      gain: fromDecibels(cue.gainDb),
    });
  }
}
