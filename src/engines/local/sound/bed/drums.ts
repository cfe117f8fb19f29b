import { type Sound, soundRate } from '../../../../media/media.ts';
import { bandPass, highPass, lowPass, runBiquad } from '../../understand/sound/biquad.ts';
import type { Hit } from './compose.ts';

/** One stroke of each drum. All are soft: nothing in them is faster than a millisecond. */
export function makeDrums(random: () => number): Record<Hit['drum'], Sound> {
  const noise = () => 2 * random() - 1;
  return { kick: kick(), boom: boom(noise), snare: snare(noise), hat: hat(noise) };
}

function stroke(seconds: number, sampleAt: (time: number) => number): Float32Array {
  const fade = 0.02;
  return Float32Array.from({ length: Math.round(seconds * soundRate) }, (_, index) => {
    const time = index / soundRate;
    return sampleAt(time) * Math.min(1, time / 0.0015, (seconds - time) / fade);
  });
}

const centred = (samples: Float32Array): Sound => ({ left: samples, right: samples.slice() });

function kick(): Sound {
  const fall = (time: number) => 47 * time + 3.2 * (1 - Math.exp(-time * 32));
  return centred(stroke(0.42, (time) => 0.95 * Math.sin(2 * Math.PI * fall(time)) * Math.exp(-time * 9)));
}

/** A large drum far away. */
function boom(noise: () => number): Sound {
  const skin = stroke(1.3, (time) => 0.5 * noise() * Math.exp(-time * 22));
  runBiquad(skin, lowPass(500));
  const fall = (time: number) => 41 * time + 1.6 * (1 - Math.exp(-time * 16));
  const body = stroke(1.3, (time) => Math.sin(2 * Math.PI * fall(time)) * Math.exp(-time * 3.6));
  return centred(body.map((sample, index) => sample + (skin[index] ?? 0)));
}

/** Between a clap and a brush. */
function snare(noise: () => number): Sound {
  const side = () => {
    const hiss = stroke(
      0.28,
      (time) => noise() * (Math.exp(-time * 19) + 0.5 * Math.exp(-(((time - 0.013) / 0.004) ** 2))),
    );
    runBiquad(hiss, bandPass(1_900, 0.6));
    const skin = stroke(0.28, (time) => 0.3 * Math.sin(2 * Math.PI * 190 * time) * Math.exp(-time * 26));
    return hiss.map((sample, index) => 0.75 * sample + (skin[index] ?? 0));
  };
  return { left: side(), right: side() };
}

function hat(noise: () => number): Sound {
  const side = () => {
    const hiss = stroke(0.1, (time) => noise() * Math.exp(-time * 55));
    runBiquad(hiss, highPass(6_500));
    runBiquad(hiss, lowPass(13_000));
    return hiss.map((sample) => 0.5 * sample);
  };
  return { left: side(), right: side() };
}
