import { soundRate } from '../../../../media/media.ts';
import { lowPass, runBiquad } from './biquad.ts';

/** Finds where, near a moment, something low begins; undefined if nothing does. */
export type KickFinder = (nearSeconds: number) => { seconds: number; strength: number } | undefined;

const step = 48;
const stepSeconds = step / soundRate;
const reachSteps = Math.round(0.05 / stepSeconds);
const riseSteps = Math.round(0.012 / stepSeconds);

/**
 * Onset windows of 20 ms are too coarse for cuts on the beat, so beats are placed on the waveform's own low end,
 * taken where it has risen by a fifth; on the whole wave if hardly anything is low.
 */
export function kickFinder(mono: Float32Array): KickFinder {
  const low = Float32Array.from(mono);
  runBiquad(low, lowPass(150));
  const isLow = loudestOf(envelope(low)) > 0.3 * loudestOf(envelope(mono));
  const levels = envelope(isLow ? low : mono);
  const delaySteps = isLow ? filterDelaySteps : 0;
  const loudest = loudestOf(levels);
  const at = (index: number) => levels[index] ?? 0;
  const riseAt = (index: number) =>
    highest(levels, index, index + riseSteps) - highest(levels, index - riseSteps, index);
  return (nearSeconds) => {
    const near = Math.round(nearSeconds / stepSeconds);
    let steepest = near;
    for (let index = near - reachSteps; index <= near + reachSteps; index++)
      if (riseAt(index) > riseAt(steepest)) steepest = index;
    const strength = riseAt(steepest);
    if (strength < 0.15 * loudest || loudest === 0) return undefined;
    const floor = highest(levels, steepest - riseSteps, steepest);
    const threshold = floor + 0.2 * strength;
    let begin = steepest;
    while (begin < steepest + riseSteps && at(begin) < threshold) begin++;
    return { seconds: Math.max(0, (begin - delaySteps) * stepSeconds), strength: strength / loudest };
  };
}

/** What the low pass is late by where the level has risen by a fifth; measured on kicks of known times. */
const filterDelaySteps = 2;

/** The largest sample of each millisecond. */
function envelope(samples: Float32Array): Float32Array {
  const levels = new Float32Array(Math.floor(samples.length / step));
  for (let index = 0; index < levels.length * step; index++) {
    const level = Math.floor(index / step);
    levels[level] = Math.max(levels[level] ?? 0, Math.abs(samples[index] ?? 0));
  }
  return levels;
}

const loudestOf = (levels: Float32Array) => highest(levels, 0, levels.length);

function highest(levels: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let index = Math.max(0, from); index < to; index++) most = Math.max(most, levels[index] ?? 0);
  return most;
}
