import { type Sound, soundRate } from '../../../../media/media.ts';
import type { Beats } from './beats.ts';
import { levelsOf, quantile, toMono } from './mono.ts';

const stepSeconds = 0.02;

/**
 * Where in a track the `seconds` of a film should begin: on a bar's first beat, where much is played for as long as
 * the film lasts, preferably as the music lifts. The first such place if several are equal; the
 * first beat if the music is shorter than the film.
 */
export function bestWindow(options: { music: Sound; beats: Beats; seconds: number }): number {
  const { music, beats, seconds } = options;
  const levels = levelsOf(toMono(music), stepSeconds);
  const duration = music.left.length / soundRate;
  const starts = possibleStarts(beats, duration);
  const fitting = starts.filter((start) => start + seconds <= duration + 0.001);
  if (fitting.length === 0) return beats.beatsSeconds[0] ?? 0;
  const loud = quantile(levels, 0.95);
  if (loud === 0) return 0;
  const rises = risesOf(levels, loud);
  const usual = meanBetween(rises, 0, duration);
  const worth = (start: number) => {
    const end = start + seconds;
    const energy = meanBetween(levels, start, end) / loud;
    const density = usual === 0 ? 0 : meanBetween(rises, start, end) / usual;
    const lift = (meanBetween(levels, start, start + 2) - meanBetween(levels, start - 2, start)) / loud;
    const close = meanBetween(levels, end - 2, end) / loud;
    return energy + 0.35 * Math.min(2, density) + 0.3 * lift + 0.4 * Math.min(close, 0.5);
  };
  return fitting.reduce((best, start) => (worth(start) > worth(best) + 0.02 ? start : best));
}

/** Downbeats, or, where there is no beat, half seconds from the first sound on. */
function possibleStarts({ downbeatsSeconds }: Beats, duration: number): number[] {
  if (downbeatsSeconds.length > 0) return downbeatsSeconds;
  return Array.from({ length: Math.max(1, Math.floor(duration * 2)) }, (_, index) => index / 2);
}

/** How much louder each step is than the one before, as far as it matters. */
function risesOf(levels: Float32Array, loud: number): Float32Array {
  const size = (level: number) => Math.log1p((20 * level) / loud);
  return levels.map((level, index) => Math.max(0, size(level) - size(levels[index - 1] ?? 0)));
}

/** The mean of steps between two moments; what lies outside the track counts as silence. */
function meanBetween(steps: Float32Array, from: number, to: number): number {
  const first = Math.round(from / stepSeconds);
  const end = Math.round(to / stepSeconds);
  let sum = 0;
  for (let step = first; step < end; step++) sum += steps[step] ?? 0;
  return end > first ? sum / (end - first) : 0;
}
