import { seededRandom } from '../../random.ts';
import type { BedMood } from '../cues.ts';
import { type Mood, moods } from './moods.ts';

export interface Note {
  part: 'pad' | 'pluck' | 'bass';
  startSeconds: number;
  /** How long the key is held. */
  seconds: number;
  /** MIDI pitch. */
  pitch: number;
  /** From 0 to 1. */
  loudness: number;
  /** From -1, left, to 1. */
  pan: number;
}

export interface Hit {
  drum: 'kick' | 'snare' | 'hat' | 'boom';
  startSeconds: number;
  loudness: number;
}

export interface Piece {
  notes: Note[];
  hits: Hit[];
  /** When the last chord begins; it rings to the end. */
  closeSeconds: number;
}

/** The last chord needs this long to ring. */
const leastRing = 1.25;

/**
 * Writes a piece in 4/4 that ends with the film: a cadence leads to the home chord on the last half bar that leaves
 * it time to ring. The seed chooses key, chords and motif.
 */
export function compose(options: { mood: BedMood; bpm: number; seconds: number; seed: number }): Piece {
  const { bpm, seconds, seed } = options;
  const mood: Mood = moods[options.mood];
  const random = seededRandom(seed, `bed ${options.mood}`);
  const root = mood.root + Math.floor(random() * (mood.keys + 1));
  const progression = pick(mood.progressions, random);
  const motif = pick(mood.motifs, random);
  const answer = [...motif.slice(0, 5), ...pick(mood.motifs, random).slice(5)];
  const bar = 240 / bpm;
  const halfBars = Math.max(0, Math.floor((2 * (seconds - Math.min(leastRing, seconds / 3))) / bar + 1e-6));
  const closeSeconds = (halfBars * bar) / 2;
  const piece: Piece = { notes: [], hits: [], closeSeconds };
  const bars = Math.ceil(halfBars / 2);
  for (let number = 0; number < bars; number++) {
    const isLast = number === bars - 1;
    const span = {
      start: number * bar,
      end: Math.min(closeSeconds, (number + 1) * bar),
      bar,
      chord: chordOn(mood, {
        root,
        degree: isLast && bars > 1 ? mood.leading : (progression[number % progression.length] ?? 0),
      }),
      // A long piece opens with a bar in which the drums have not come in yet.
      drums: bars >= 4 && number === 0 ? 0 : 1,
      random,
    };
    addPads(piece, span);
    addBass(piece, mood, span);
    addMotif(piece, number % 2 === 0 ? motif : answer, span);
    addDrums(piece, mood, span);
  }
  addClose(piece, mood, { chord: chordOn(mood, { root, degree: 0 }), seconds, random });
  addFlourish(piece, { chord: chordOn(mood, { root, degree: 0 }), seconds, beat: bar / 4 });
  return piece;
}

function pick<T>(choices: readonly [T, ...T[]] | readonly T[], random: () => number): T {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error('A mood offers no choice.');
  return choice;
}

interface Chord {
  /** Of the bass. */
  root: number;
  /** In close position near the middle of the keyboard, rising. */
  tones: number[];
}

/** The notes of a pad lie within this octave, so that one chord leads to the next by small steps. */
const padFloor = 55;

function chordOn({ scale, chordTones }: Mood, { root, degree }: { root: number; degree: number }): Chord {
  const pitchOf = (step: number) => root + 12 * Math.floor(step / 7) + (scale[step % 7] ?? 0);
  const stack = Array.from({ length: chordTones }, (_, third) => pitchOf(degree + 2 * third));
  const tones = stack.map((pitch) => padFloor + ((((pitch - padFloor) % 12) + 12) % 12));
  const bass = pitchOf(degree);
  return { root: bass - 12 * Math.ceil((bass - 43) / 12), tones: tones.sort((one, other) => one - other) };
}

interface Span {
  start: number;
  end: number;
  bar: number;
  chord: Chord;
  drums: number;
  random: () => number;
}

function addPads({ notes }: Piece, { start, end, chord }: Span): void {
  for (const [voice, pitch] of chord.tones.entries())
    notes.push({
      part: 'pad',
      startSeconds: start,
      seconds: end - start,
      pitch,
      loudness: 0.8,
      pan: chord.tones.length === 1 ? 0 : (voice / (chord.tones.length - 1)) * 1.2 - 0.6,
    });
}

function addBass({ notes }: Piece, mood: Mood, { start, end, bar, chord }: Span): void {
  for (const [index, sixteenth] of mood.bass.entries()) {
    const from = start + (sixteenth / 16) * bar;
    const to = Math.min(end, start + ((mood.bass[index + 1] ?? 16) / 16) * bar);
    if (from >= end - 0.01) continue;
    const isLift = mood.voices.bass === 'saw-bass' && index % 4 === 3;
    notes.push({
      part: 'bass',
      startSeconds: from,
      seconds: (to - from) * 0.92,
      pitch: chord.root + (isLift ? 12 : 0),
      loudness: index === 0 ? 0.9 : 0.72,
      pan: 0,
    });
  }
}

function addMotif(piece: Piece, motif: readonly (number | null)[], span: Span): void {
  const { start, end, bar, chord, random } = span;
  for (const [eighth, tone] of motif.entries()) {
    const from = start + (eighth / 8) * bar;
    if (tone === null || from >= end - 0.01) continue;
    piece.notes.push({
      part: 'pluck',
      startSeconds: from,
      seconds: bar / 8,
      pitch: toneOf(chord, tone) + 12,
      loudness: (eighth === 0 ? 0.85 : 0.6) + 0.15 * random(),
      pan: 0.5 * Math.sin(eighth * 1.9) + 0.2 * (random() - 0.5),
    });
  }
}

/** Tone 0 is the chord's lowest; after its highest it goes on an octave higher. */
function toneOf({ tones }: Chord, tone: number): number {
  return (tones[tone % tones.length] ?? padFloor) + 12 * Math.floor(tone / tones.length);
}

function addDrums({ hits }: Piece, { drums }: Mood, span: Span): void {
  const { start, end, bar, random } = span;
  if (span.drums === 0) return;
  for (const drum of ['kick', 'snare', 'hat', 'boom'] as const)
    for (const [sixteenth, loudness] of Object.entries(drums[drum])) {
      const from = start + (Number(sixteenth) / 16) * bar;
      if (from >= end - 0.01) continue;
      hits.push({ drum, startSeconds: from, loudness: loudness * (0.9 + 0.1 * random()) });
    }
}

/** The home chord, from the bass up and slightly rolled, with the drum that suits. */
function addClose(
  { notes, hits, closeSeconds }: Piece,
  mood: Mood,
  { chord, seconds, random }: { chord: Chord; seconds: number; random: () => number },
): void {
  const rest = seconds - closeSeconds;
  const held = { seconds: rest, startSeconds: closeSeconds };
  notes.push({ ...held, part: 'bass', pitch: chord.root, loudness: 0.9, pan: 0 });
  for (const [voice, pitch] of chord.tones.entries()) {
    const pan = voice * 0.3 - 0.4;
    notes.push({ ...held, part: 'pad', pitch, loudness: 0.8, pan });
    notes.push({
      ...held,
      part: 'pluck',
      startSeconds: closeSeconds + 0.03 * voice,
      pitch: pitch + 12,
      loudness: 0.75 + 0.1 * random(),
      pan: -pan,
    });
  }
  for (const drum of ['kick', 'boom'] as const)
    if (Object.keys(mood.drums[drum]).length > 0)
      hits.push({ drum, startSeconds: closeSeconds, loudness: 0.9 });
}

/** If there is time, the chord is climbed once more, ever softer, so that its ring does not become a hole. */
function addFlourish(
  { notes, closeSeconds }: Piece,
  { chord, seconds, beat }: { chord: Chord; seconds: number; beat: number },
): void {
  for (let number = 1; closeSeconds + number * beat <= seconds - 1; number++)
    notes.push({
      part: 'pluck',
      startSeconds: closeSeconds + number * beat,
      seconds: seconds - closeSeconds - number * beat,
      pitch: toneOf(chord, number + 1) + 12,
      loudness: 0.62 * 0.8 ** number,
      pan: 0.4 * (-1) ** number,
    });
}
