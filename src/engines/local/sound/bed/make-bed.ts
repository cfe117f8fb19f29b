import type { Sound } from '../../../../media/media.ts';
import { seededRandom } from '../../random.ts';
import type { BedMood } from '../cues.ts';
import { levelTo } from '../level-to.ts';
import { roomAnswer } from '../room.ts';
import { addSound, easeBetween, shape, silence } from '../stereo.ts';
import { compose, type Piece } from './compose.ts';
import { makeDrums } from './drums.ts';
import { type Mood, moods } from './moods.ts';
import { playNote } from './play.ts';
import { makeVoices } from './voices.ts';

/**
 * Music for a film that brought none: its bars begin at 0, so shots can be cut on them, and it comes home at the end.
 * The same options give the same samples; another seed gives another piece in the same mood.
 */
export function makeBed(options: { mood: BedMood; bpm: number; seconds: number; seed: number }): Sound {
  const { seconds, seed } = options;
  const mood: Mood = moods[options.mood];
  const piece = compose(options);
  const bed = playParts(piece, { mood, seconds });
  addSound(bed, { source: roomAnswer(bed, mood.room), atSeconds: 0, gain: mood.room.level });
  const drums = playDrums(piece, { seconds, seed });
  levelTo(drums, norm + mood.levels.drums);
  addSound(bed, { source: drums, atSeconds: 0 });
  const rest = seconds - piece.closeSeconds;
  shape(
    bed,
    (at) =>
      easeBetween(at, -0.002, 0.004) *
      (1 - easeBetween(at, seconds - Math.min(1.4, rest * 0.8), seconds - 0.01)),
  );
  return bed;
}

/** Level of a part at 0 loudness units; the mix is levelled again as a whole. */
const norm = -20;

/** Pads, plucks and bass, each levelled for itself, so that the balance holds in every key and for every motif. */
function playParts({ notes }: Piece, { mood, seconds }: { mood: Mood; seconds: number }): Sound {
  const voices = makeVoices();
  const all = silence(seconds);
  for (const part of ['pad', 'pluck', 'bass'] as const) {
    const sound = silence(seconds);
    const voice = voices[mood.voices[part]];
    for (const note of notes) if (note.part === part) playNote(sound, { note, voice, gain: 0.1 });
    levelTo(sound, norm + mood.levels[part]);
    addSound(all, { source: sound, atSeconds: 0 });
  }
  return all;
}

function playDrums({ hits }: Piece, { seconds, seed }: { seconds: number; seed: number }): Sound {
  const sound = silence(seconds);
  const drums = makeDrums(seededRandom(seed, 'drums'));
  for (const { drum, startSeconds, loudness } of hits)
    addSound(sound, { source: drums[drum], atSeconds: startSeconds, gain: drumGains[drum] * loudness });
  return sound;
}

/** Beside each other; how loud all of them are is the mood's matter. */
const drumGains = { kick: 0.3, snare: 0.24, hat: 0.3, boom: 0.4 };
