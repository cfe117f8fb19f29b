import { type Sound, soundRate } from '../../../media/media.ts';
import { seededRandom } from '../random.ts';
import { bandPass, highPass, lowPass, runBiquad } from '../understand/sound/biquad.ts';
import { fromDecibels } from '../understand/sound/loudness.ts';
import type { FoleySound } from './cues.ts';
import { roomAnswer } from './room.ts';
import { addSound, scale, silence } from './stereo.ts';

/**
 * A small sound for a moment on screen, and how far into it its loudest moment lies. At 0 dB it is as loud as the
 * music; it should be so quiet that it is missed when taken away rather than noticed when there.
 */
export function makeFoley(kind: FoleySound, seed: number): { sound: Sound; peakSeconds: number } {
  const random = seededRandom(seed, `foley ${kind}`);
  const sound = makers[kind](random);
  const { level, seconds } = loudestMoment(sound, windows[kind]);
  scale(sound, fromDecibels(norms[kind]) / level);
  return { sound, peakSeconds: seconds };
}

const makers = { whoosh, tick, thud, shimmer } satisfies Record<FoleySound, (random: () => number) => Sound>;

/** Level at a gain of 0 dB where it is loudest, in dB full scale: that of music. A film asks for 10 to 18 dB less. */
const norms = { whoosh: -14, tick: -13, thud: -10, shimmer: -13 } satisfies Record<FoleySound, number>;

/** Air that rushes past: noise through a band that opens and closes, from one side to the other. */
function whoosh(random: () => number): Sound {
  const seconds = 0.95;
  const peak = 0.52;
  const sound = silence(seconds);
  const direction = random() < 0.5 ? -1 : 1;
  for (const [side, sign] of [
    ['left', -1],
    ['right', 1],
  ] as const) {
    const channel = sound[side];
    const filter = movingBand();
    for (let index = 0; index < channel.length; index++) {
      const time = index / soundRate;
      const rise = time < peak ? (time / peak) ** 2.4 : Math.exp(-(((time - peak) / 0.15) ** 2));
      const fall = Math.min(1, (seconds - time) / 0.1);
      const pan = 1 + 0.45 * sign * direction * Math.tanh((time - peak) * 5);
      channel[index] = filter(2 * random() - 1, 380 + 1_700 * rise) * rise * rise * fall * pan;
    }
  }
  return sound;
}

/** A band pass whose middle may move with every sample (a Chamberlin state variable filter). */
function movingBand(): (input: number, hertz: number) => number {
  let low = 0;
  let band = 0;
  return (input, hertz) => {
    const step = 2 * Math.sin((Math.PI * hertz) / soundRate);
    low += step * band;
    band += step * (input - low - 0.9 * band);
    return band;
  };
}

/** A fingernail on wood. */
function tick(random: () => number): Sound {
  const seconds = 0.09;
  const pitch = 1_250 * (0.94 + 0.12 * random());
  const samples = Float32Array.from({ length: seconds * soundRate }, (_, index) => {
    const time = index / soundRate;
    const wood = Math.sin(2 * Math.PI * pitch * time) + 0.5 * Math.sin(2 * Math.PI * 2.41 * pitch * time);
    return Math.min(1, time / 0.001) * (wood + 0.5 * (2 * random() - 1)) * Math.exp(-time * 110);
  });
  runBiquad(samples, highPass(500));
  return { left: samples, right: samples.slice() };
}

/** Something soft and heavy that is put down. */
function thud(random: () => number): Sound {
  const pitch = 58 * (0.95 + 0.1 * random());
  const samples = Float32Array.from({ length: 0.5 * soundRate }, (_, index) => {
    const time = index / soundRate;
    const body = Math.sin(2 * Math.PI * (pitch * time + 1.3 * (1 - Math.exp(-time * 26))));
    return (
      Math.min(1, time / 0.004) *
      (body + 0.35 * (2 * random() - 1) * Math.exp(-time * 45)) *
      Math.exp(-time * 12)
    );
  });
  runBiquad(samples, lowPass(420));
  return fadedOut({ left: samples, right: samples.slice() }, 0.2);
}

/** Light on glass: a handful of high, slow bells from the pentatonic scale, mostly their echo. */
function shimmer(random: () => number): Sound {
  const seconds = 1.6;
  const sound = silence(seconds);
  const root = 1_320 * 2 ** (Math.floor(random() * 5) / 12);
  for (const [number, semitone] of [0, 4, 7, 9, 12, 16, 19].entries()) {
    const start = 0.035 * number + 0.03 * random();
    const hertz = root * 2 ** (semitone / 12);
    const pan = random() - 0.5;
    for (let index = Math.round(start * soundRate); index < sound.left.length; index++) {
      const time = index / soundRate - start;
      const level = Math.min(1, time / 0.03) * Math.exp(-time * 5) * (1 - 0.06 * number);
      const tone = level * Math.sin(2 * Math.PI * hertz * time);
      sound.left[index] = (sound.left[index] ?? 0) + tone * (1 - pan);
      sound.right[index] = (sound.right[index] ?? 0) + tone * (1 + pan);
    }
  }
  addSound(sound, {
    source: roomAnswer(sound, { decaySeconds: 1.2, darkness: 0.1 }),
    atSeconds: 0,
    gain: 0.9,
  });
  return fadedOut(sound, 0.5);
}

function fadedOut(sound: Sound, seconds: number): Sound {
  const last = Math.round(seconds * soundRate);
  for (const channel of [sound.left, sound.right])
    for (let index = channel.length - last; index < channel.length; index++)
      channel[index] = (channel[index] ?? 0) * ((channel.length - 1 - index) / last) ** 2;
  return sound;
}

/** Over how long a sound is felt as loud: a bell cloud flickers faster than an ear follows. */
const windows = { whoosh: 0.05, tick: 0.01, thud: 0.02, shimmer: 0.1 } satisfies Record<FoleySound, number>;

/** The middle of the loudest stretch as an ear weighs it, with stress on the presence range. */
function loudestMoment({ left, right }: Sound, windowSeconds: number): { level: number; seconds: number } {
  const heard = left.map((sample, index) => (sample + (right[index] ?? 0)) / 2);
  const presence = Float32Array.from(heard);
  runBiquad(presence, bandPass(2_500, 0.5));
  const window = Math.round(windowSeconds * soundRate);
  let energy = 0;
  let best = { level: 0, seconds: 0 };
  const powerAt = (index: number) => (heard[index] ?? 0) ** 2 + (presence[index] ?? 0) ** 2;
  for (let index = 0; index < heard.length; index++) {
    energy += powerAt(index) - (index >= window ? powerAt(index - window) : 0);
    const level = Math.sqrt(Math.max(0, energy) / window);
    if (level > best.level) best = { level, seconds: (index - window / 2) / soundRate };
  }
  return { ...best, seconds: Math.max(0, best.seconds) };
}
