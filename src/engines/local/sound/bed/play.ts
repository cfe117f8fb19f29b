import { type Sound, soundRate } from '../../../../media/media.ts';
import type { Note } from './compose.ts';
import type { Voice } from './voices.ts';
import { frequencyOf, stepOf, type Wave, waveLength } from './waves.ts';

/** Samples for which loudness and colour go in a straight line. */
const stride = 64;

/** Adds one note in place. */
export function playNote(
  sound: Sound,
  { note, voice, gain }: { note: Note; voice: Voice; gain: number },
): void {
  const hertz = frequencyOf(note.pitch);
  const waves = { bright: voice.bright(hertz), dark: voice.dark(hertz) };
  for (const side of ['left', 'right'] as const) {
    const sign = side === 'left' ? -1 : 1;
    const panned = Math.sqrt(0.5 * (1 + sign * note.pan * 0.8));
    playSide(sound[side], {
      note,
      voice,
      waves,
      gain: gain * note.loudness * panned,
      step: stepOf(hertz * (1 + (sign * voice.spread) / 2)),
      // The sides begin at different places of the wave, so that a wide voice is wide from its first moment.
      phase: voice.spread === 0 || side === 'left' ? 0 : waveLength * 0.14,
    });
  }
}

function playSide(
  channel: Float32Array,
  options: {
    note: Note;
    voice: Voice;
    waves: { bright: Wave; dark: Wave };
    gain: number;
    step: number;
    phase: number;
  },
): void {
  const { note, voice, waves, gain, step } = options;
  let { phase } = options;
  const first = Math.round(note.startSeconds * soundRate);
  const count = Math.min(channel.length - first, Math.round((note.seconds + voice.release) * soundRate));
  let level = 0;
  let brightness = voice.brightness(0, note.seconds);
  for (let start = 0; start < count; start += stride) {
    const time = Math.min(count, start + stride) / soundRate;
    const levelStep = (gain * voice.level(time, note.seconds) - level) / stride;
    const brightnessStep = (voice.brightness(time, note.seconds) - brightness) / stride;
    const end = Math.min(count, start + stride);
    for (let index = start; index < end; index++) {
      const place = Math.floor(phase);
      const rest = phase - place;
      const dark = (waves.dark[place] ?? 0) * (1 - rest) + (waves.dark[place + 1] ?? 0) * rest;
      const bright = (waves.bright[place] ?? 0) * (1 - rest) + (waves.bright[place + 1] ?? 0) * rest;
      channel[first + index] = (channel[first + index] ?? 0) + level * (dark + (bright - dark) * brightness);
      level += levelStep;
      brightness += brightnessStep;
      phase += step;
      if (phase >= waveLength) phase -= waveLength;
    }
  }
}
