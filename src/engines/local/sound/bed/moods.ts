import type { BedMood } from '../cues.ts';

/** Steps of a seven-note scale in semitones. */
const major = [0, 2, 4, 5, 7, 9, 11];
const minor = [0, 2, 3, 5, 7, 8, 10];
const dorian = [0, 2, 3, 5, 7, 9, 10];

export interface Mood {
  scale: readonly number[];
  /** The lowest key, as a MIDI pitch; the seed may raise it by up to `keys` semitones. */
  root: number;
  keys: number;
  /** One row is chosen; chords as steps of the scale, one a bar. */
  progressions: readonly (readonly number[])[];
  /** The chord before the last. */
  leading: number;
  /** Thirds stacked on a chord's root: 3 for triads, 4 for sevenths. */
  chordTones: number;
  /** One row of eighths is chosen, each with the chord tone that is plucked there; null rests. */
  motifs: readonly (readonly (number | null)[])[];
  /** Sixteenths of a bar on which a drum sounds, with its loudness from 0 to 1. */
  drums: { kick: Hits; snare: Hits; hat: Hits; boom: Hits };
  /** Sixteenths on which the bass begins anew. */
  bass: readonly number[];
  /** How loud each part is beside the others, in loudness units; drums of a mood without any do not count. */
  levels: { pad: number; pluck: number; bass: number; drums: number };
  voices: { pad: VoiceName; pluck: VoiceName; bass: VoiceName };
  room: { level: number; decaySeconds: number; darkness: number };
}

export type Hits = Readonly<Record<number, number>>;

export type VoiceName =
  | 'felt'
  | 'warm-pad'
  | 'strings'
  | 'spiccato'
  | 'saw-pad'
  | 'keys'
  | 'marimba'
  | 'synth'
  | 'sub'
  | 'round'
  | 'saw-bass';

const none: Hits = {};

const eighths = (on: number, off: number): Hits =>
  Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => [eighth * 2, eighth % 2 === 0 ? on : off]));

export const moods = {
  calm: {
    scale: major,
    root: 48,
    keys: 7,
    progressions: [
      [0, 3, 5, 4],
      [0, 5, 3, 4],
      [0, 2, 3, 3],
      [3, 0, 4, 5],
    ],
    leading: 3,
    chordTones: 4,
    motifs: [
      [0, null, 2, null, 4, null, null, null],
      [2, null, null, 4, null, null, 3, null],
      [0, null, null, 2, null, null, null, null],
    ],
    drums: { kick: none, snare: none, hat: none, boom: none },
    bass: [0],
    levels: { pad: -3, pluck: 0, bass: -9, drums: 0 },
    voices: { pad: 'warm-pad', pluck: 'felt', bass: 'sub' },
    room: { level: 0.5, decaySeconds: 2.6, darkness: 0.45 },
  },
  warm: {
    scale: major,
    root: 50,
    keys: 6,
    progressions: [
      [0, 5, 1, 4],
      [3, 4, 2, 5],
      [0, 2, 3, 4],
      [1, 4, 0, 5],
    ],
    leading: 4,
    chordTones: 4,
    motifs: [
      [0, null, 2, 3, null, 2, null, null],
      [4, null, 3, null, 2, null, 0, null],
      [2, null, null, 3, 4, null, 3, null],
    ],
    drums: {
      kick: { 0: 0.8, 7: 0.35, 8: 0.7 },
      snare: { 4: 0.25, 12: 0.3 },
      hat: eighths(0.12, 0.2),
      boom: none,
    },
    bass: [0, 6, 8],
    levels: { pad: -7, pluck: 0, bass: -8, drums: -7 },
    voices: { pad: 'warm-pad', pluck: 'keys', bass: 'round' },
    room: { level: 0.22, decaySeconds: 1.3, darkness: 0.4 },
  },
  bright: {
    scale: major,
    root: 53,
    keys: 6,
    progressions: [
      [0, 4, 5, 3],
      [0, 3, 5, 4],
      [3, 0, 4, 5],
      [0, 5, 3, 4],
    ],
    leading: 4,
    chordTones: 3,
    motifs: [
      [0, 1, 2, 3, 2, 1, 2, 4],
      [0, 2, 1, 2, 3, 2, 4, 2],
      [2, null, 2, 3, null, 4, 3, 2],
    ],
    drums: {
      kick: { 0: 0.85, 4: 0.7, 8: 0.85, 12: 0.7 },
      snare: { 4: 0.6, 12: 0.65 },
      hat: { 2: 0.8, 6: 0.85, 10: 0.8, 14: 0.9 },
      boom: none,
    },
    bass: [0, 3, 6, 8, 11, 14],
    levels: { pad: -9, pluck: 0, bass: -8, drums: -3 },
    voices: { pad: 'warm-pad', pluck: 'marimba', bass: 'round' },
    room: { level: 0.16, decaySeconds: 0.9, darkness: 0.2 },
  },
  dramatic: {
    scale: minor,
    root: 45,
    keys: 6,
    progressions: [
      [0, 5, 2, 6],
      [0, 3, 5, 4],
      [0, 5, 3, 6],
      [0, 6, 5, 4],
    ],
    leading: 6,
    chordTones: 3,
    motifs: [
      [0, 0, 2, 0, 1, 0, 2, 0],
      [0, 0, 0, 1, 0, 0, 2, 1],
      [0, 2, 0, 1, 0, 2, 1, 0],
    ],
    drums: {
      kick: none,
      snare: none,
      hat: none,
      boom: { 0: 1, 6: 0.45, 10: 0.6, 14: 0.35 },
    },
    bass: [0, 8],
    levels: { pad: 0, pluck: -2, bass: -9, drums: -5 },
    voices: { pad: 'strings', pluck: 'spiccato', bass: 'sub' },
    room: { level: 0.42, decaySeconds: 2.4, darkness: 0.55 },
  },
  neon: {
    scale: dorian,
    root: 45,
    keys: 7,
    progressions: [
      [0, 6, 3, 0],
      [0, 2, 6, 3],
      [0, 3, 6, 2],
      [0, 0, 6, 3],
    ],
    leading: 6,
    chordTones: 4,
    motifs: [
      [0, 2, 4, 2, 3, 2, 4, 5],
      [0, 4, 2, 4, 0, 5, 3, 2],
      [4, 2, 0, 2, 5, 2, 3, 2],
    ],
    drums: {
      kick: { 0: 1, 4: 0.9, 8: 1, 12: 0.9 },
      snare: { 4: 0.75, 12: 0.8 },
      hat: { ...eighths(0.2, 0.42), 3: 0.16, 11: 0.16, 15: 0.22 },
      boom: none,
    },
    bass: [0, 2, 4, 6, 8, 10, 12, 14],
    levels: { pad: -5, pluck: 0, bass: -4, drums: -1 },
    voices: { pad: 'saw-pad', pluck: 'synth', bass: 'saw-bass' },
    room: { level: 0.24, decaySeconds: 1.6, darkness: 0.25 },
  },
} satisfies Record<BedMood, Mood>;
