import type { VoiceName } from './moods.ts';
import { type Partials, type Wave, waveMaker } from './waves.ts';

/** How an instrument sounds. Moments are seconds since the key went down; `held` is when it is let go. */
export interface Voice {
  bright(hertz: number): Wave;
  dark(hertz: number): Wave;
  /** Loudness from 0 to 1. */
  level(time: number, held: number): number;
  /** Share of the bright wave, from 0 to 1. */
  brightness(time: number, held: number): number;
  /** How far the two sides are tuned apart, as a share of the pitch. */
  spread: number;
  /** Seconds it sounds on after it is let go. */
  release: number;
}

/** New for every bed, since each keeps the waves it has made. */
export function makeVoices(): Record<VoiceName, Voice> {
  return {
    felt: plucked({
      partials: falling(2.6),
      dark: falling(4),
      decay: 1.9,
      dullness: 7,
      attack: 0.008,
      spread: 0.0006,
    }),
    keys: plucked({
      partials: bell,
      dark: falling(3),
      decay: 1.5,
      dullness: 3.5,
      attack: 0.004,
      spread: 0.0012,
    }),
    marimba: plucked({
      partials: wooden,
      dark: falling(3),
      decay: 6.5,
      dullness: 20,
      attack: 0.002,
      spread: 0.0005,
    }),
    synth: plucked({
      partials: falling(1.05),
      dark: falling(2.2),
      decay: 6,
      dullness: 9,
      attack: 0.002,
      spread: 0.003,
    }),
    spiccato: plucked({
      partials: falling(1.3),
      dark: falling(2.2),
      decay: 5.5,
      dullness: 5,
      attack: 0.014,
      spread: 0.004,
    }),
    'warm-pad': sustained({
      partials: falling(1.7),
      dark: falling(2.8),
      attack: 0.55,
      release: 0.7,
      spread: 0.0022,
    }),
    strings: sustained({
      partials: falling(1.4),
      dark: falling(2.3),
      attack: 0.16,
      release: 0.5,
      spread: 0.003,
    }),
    'saw-pad': sustained({
      partials: falling(1),
      dark: falling(1.7),
      attack: 0.3,
      release: 0.5,
      spread: 0.005,
    }),
    sub: sustained({ partials: falling(3.4), dark: falling(4.5), attack: 0.06, release: 0.25, spread: 0 }),
    round: plucked({
      partials: falling(2),
      dark: falling(3.2),
      decay: 2.6,
      dullness: 9,
      attack: 0.006,
      spread: 0,
    }),
    'saw-bass': plucked({
      partials: falling(1.25),
      dark: falling(2),
      decay: 4.2,
      dullness: 11,
      attack: 0.003,
      spread: 0,
    }),
  };
}

/** Each partial weaker by a power of its number: 1 is a saw, 3 is close to a sine. */
const falling =
  (steepness: number): Partials =>
  (number) =>
    number ** -steepness;

const bell: Partials = (number) => ({ 1: 1, 2: 0.28, 3: 0.1, 4: 0.22, 7: 0.06 })[number] ?? 0;

/** A marimba's bars are cut so that the second mode sounds two octaves up, the third near three and a fifth. */
const wooden: Partials = (number) => ({ 1: 1, 4: 0.5, 10: 0.16 })[number] ?? 0;

function plucked(options: {
  partials: Partials;
  dark: Partials;
  decay: number;
  dullness: number;
  attack: number;
  spread: number;
}): Voice {
  const { partials, dark, decay, dullness, attack, spread } = options;
  const release = 0.22;
  return {
    bright: waveMaker(partials),
    dark: waveMaker(dark),
    level: (time, held) =>
      Math.min(1, time / attack) *
      Math.exp(-decay * time) *
      (time <= held ? 1 : Math.max(0, 1 - (time - held) / release) ** 2),
    brightness: (time) => Math.exp(-dullness * time),
    spread,
    release,
  };
}

function sustained(options: {
  partials: Partials;
  dark: Partials;
  attack: number;
  release: number;
  spread: number;
}): Voice {
  const { partials, dark, attack, release, spread } = options;
  const ease = (value: number) => value * value * (3 - 2 * value);
  return {
    bright: waveMaker(partials),
    dark: waveMaker(dark),
    level: (time, held) =>
      ease(Math.min(1, time / Math.min(attack, held))) *
      (time <= held ? 1 : ease(Math.max(0, 1 - (time - held) / release))),
    brightness: (time, held) => 0.25 + 0.45 * Math.sin(Math.PI * Math.min(1, time / (held + release))),
    spread,
    release,
  };
}
