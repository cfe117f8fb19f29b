import { type Sound, soundRate } from '../../../media/media.ts';
import type { Storyboard } from '../storyboard.ts';
import type { SoundReference } from '../understand/sound-reference.ts';
import { makeBed } from './bed.ts';
import { limitPeak } from './limit-peak.ts';

/** The film's sound, exactly as long as the film; undefined if the storyboard asks for none. */
export function mixSound(storyboard: Storyboard, sounds: readonly SoundReference[]): Sound | undefined {
  if (storyboard.sound.length === 0) return undefined;
  const seconds = storyboard.frames / storyboard.fps;
  const length = Math.round(seconds * soundRate);
  const mix: Sound = { left: new Float32Array(length), right: new Float32Array(length) };
  const voices = storyboard.sound.filter(({ kind }) => kind === 'voice');
  const duck = duckingUnder(voices, length);
  for (const cue of storyboard.sound) {
    const source =
      cue.kind === 'bed'
        ? makeBed({ seconds, seed: storyboard.seed })
        : sounds.find(({ position, role }) => position === cue.position && role === cue.kind)?.sound;
    if (source === undefined)
      throw new Error(`The storyboard plays audio ${cue.position}, which was not read.`);
    const start = Math.round(cue.startSeconds * soundRate);
    const count = Math.min(
      source.left.length,
      Math.round(cue.endSeconds * soundRate) - start,
      length - start,
    );
    const isVoice = cue.kind === 'voice';
    const fade = isVoice ? { in: 0.01, out: 0.08 } : { in: 0.06, out: Math.min(1.2, seconds / 4) };
    for (let index = 0; index < count; index++) {
      const at = start + index;
      const gain = fadeAt(index, count, fade) * (isVoice ? 1 : (duck[at] ?? 1));
      mix.left[at] = (mix.left[at] ?? 0) + (source.left[index] ?? 0) * gain;
      mix.right[at] = (mix.right[at] ?? 0) + (source.right[index] ?? 0) * gain;
    }
  }
  limitPeak(mix);
  return mix;
}

/** Loudness factor of the music: about a third (-9 dB) while a voice speaks, eased over a quarter second. */
function duckingUnder(
  voices: readonly { startSeconds: number; endSeconds: number }[],
  length: number,
): Float32Array {
  const gain = new Float32Array(length).fill(1);
  const ease = 0.25;
  for (const { startSeconds, endSeconds } of voices)
    for (
      let at = Math.max(0, Math.round((startSeconds - ease) * soundRate));
      at < Math.min(length, (endSeconds + ease) * soundRate);
      at++
    ) {
      const seconds = at / soundRate;
      const away = Math.max(startSeconds - seconds, seconds - endSeconds, 0) / ease;
      gain[at] = Math.min(gain[at] ?? 1, 0.35 + 0.65 * Math.min(1, away));
    }
  return gain;
}

function fadeAt(index: number, count: number, fade: { in: number; out: number }): number {
  const rise = Math.min(1, index / (fade.in * soundRate));
  const fall = Math.min(1, (count - index) / (fade.out * soundRate));
  return Math.sin((Math.min(rise, 1) * Math.PI) / 2) * Math.sin((Math.min(fall, 1) * Math.PI) / 2);
}
