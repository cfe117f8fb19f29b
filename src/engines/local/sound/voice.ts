import { type Sound, soundRate } from '../../../media/media.ts';
import { highPass, runBiquad } from '../understand/sound/biquad.ts';
import { fromDecibels } from '../understand/sound/loudness.ts';
import { levelTo } from './level-to.ts';
import { cutOut, easeBetween, shape } from './stereo.ts';

/** A voice as it goes into the mix: without rumble, evened out, at `lufs`; and by how much it was raised. */
export function prepareVoice(
  source: Sound,
  options: { fromSeconds: number; seconds: number; lufs: number },
): { sound: Sound; raisedDb: number } {
  const sound = cutOut(source, options);
  for (const channel of [sound.left, sound.right]) runBiquad(channel, highPass(80));
  const seconds = sound.left.length / soundRate;
  shape(sound, (at) => easeBetween(at, 0, 0.008) * (1 - easeBetween(at, seconds - 0.06, seconds)));
  const raisedDb = levelTo(sound, options.lufs);
  evenOut(sound, fromDecibels(options.lufs));
  return { sound, raisedDb: raisedDb + levelTo(sound, options.lufs) };
}

/** Above its usual level the voice grows at a third of the pace: loud syllables would otherwise rule the level. */
function evenOut({ left, right }: Sound, usual: number): void {
  const threshold = usual * 1.4;
  const attack = 1 - Math.exp(-1 / (0.004 * soundRate));
  const release = 1 - Math.exp(-1 / (0.12 * soundRate));
  let level = 0;
  for (let index = 0; index < left.length; index++) {
    const now = Math.max(Math.abs(left[index] ?? 0), Math.abs(right[index] ?? 0));
    level += (now - level) * (now > level ? attack : release);
    const gain = level > threshold ? (threshold / level) ** (2 / 3) : 1;
    left[index] = (left[index] ?? 0) * gain;
    right[index] = (right[index] ?? 0) * gain;
  }
}
