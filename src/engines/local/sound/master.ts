import type { Note } from '../../../domain/plan.ts';
import type { Sound } from '../../../media/media.ts';
import { fromDecibels, integratedLoudness } from '../understand/sound/loudness.ts';
import { mostGainDb } from './level-to.ts';
import { limitPeak } from './limit-peak.ts';
import { scale } from './stereo.ts';

/** What streaming services play at; the finished film lies within half a unit of it. */
export const targetLufs = -14;

/** A decibel below the -1 dBTP that a film may reach: AAC at 192 kbit/s was seen to add up to 0.7 dB to the peaks. */
const ceilingDbtp = -2;

/** How far peaks may be pushed into the limiter before it is heard as pumping. */
const mostDriveDb = 12;

/**
 * Brings a mix to the target loudness under the peak ceiling, in place. Limiting takes loudness away, so the gain is
 * found by trying. A sound that cannot get there in honour stays quieter.
 */
export function master(mix: Sound, { alreadyRaisedDb }: { alreadyRaisedDb: number }): void {
  const measured = integratedLoudness(mix);
  if (measured === -Infinity) return;
  const most = Math.min(mostGainDb - Math.max(0, alreadyRaisedDb), loudestAllowed(mix));
  const original = { left: mix.left.slice(), right: mix.right.slice() };
  let gainDb = Math.min(most, targetLufs - measured);
  for (let round = 0; round < 6; round++) {
    mix.left.set(original.left);
    mix.right.set(original.right);
    scale(mix, fromDecibels(gainDb));
    limitPeak(mix, fromDecibels(ceilingDbtp));
    const missing = targetLufs - integratedLoudness(mix);
    const next = Math.min(most, gainDb + 1.2 * missing);
    if (Math.abs(missing) < 0.08 || Math.abs(next - gainDb) < 0.01) return;
    gainDb = next;
  }
}

function loudestAllowed({ left, right }: Sound): number {
  let peak = 0;
  for (const channel of [left, right]) for (const sample of channel) peak = Math.max(peak, Math.abs(sample));
  return ceilingDbtp + mostDriveDb - 20 * Math.log10(peak);
}

/** For a finished mix that stayed quieter than it should be: what to tell the customer. */
export function noteOnQuietMix(mix: Sound): Note | undefined {
  const lufs = integratedLoudness(mix);
  if (lufs >= targetLufs - 0.5) return undefined;
  const level = lufs === -Infinity ? 'silent' : `${lufs.toFixed(1)} LUFS`;
  return {
    code: 'sound_quiet',
    pointer: '/reference_audio',
    message: `The sound of the film is ${level}, below the usual ${targetLufs} LUFS: the audio given is too quiet, and raising it more than ${mostGainDb} dB would mostly raise its noise. Send a louder recording.`,
  };
}
