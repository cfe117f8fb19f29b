import type { Light, StudioSet } from '../../../domain/storyboard.ts';
import { chromaOf, type Oklab, oklabOfHex } from '../understand/oklab.ts';
import { type Light3, lightOfOklab } from './linear-light.ts';

/** How a set is lit. Levels count from 1: a surface lit with 1 shows its own colour. */
export interface Rig {
  /** Of the key light. */
  tint: Light3;
  /** From everywhere: what the shadows still show. */
  ambient: Light3;
  /** Light on the wall: even, the glow behind the subject with its reach in short sides, and where it is: 1 is at
   * the light's side, -1 across. `fall` is how much the light's side outshines the other, `corner` the dark frame. */
  wall: { even: number; glow: number; reach: number; side: number; fall: number; corner: number };
  /** Light on the floor: even, the pool around the subject and its reach in short sides. */
  floor: { even: number; pool: number; reach: number };
  /** How far paint is bleached to white. */
  lift: number;
  /** What stands between lamp and wall. */
  gobo: 'none' | 'window' | 'leaves';
  /** The subject's shadow: `length` in heights of the subject, `forward` is towards the camera. */
  shadow: { contact: number; cast: number; length: number; forward: number; soft: number };
  /** The light along the subject's edge, 0 for none. */
  rim: number;
}

export function rigOf(set: Pick<StudioSet, 'light'>): Rig {
  return rigs[set.light];
}

/** 1 if the key light stands on the right, -1 on the left. */
export const sideOf = (set: Pick<StudioSet, 'lightFrom'>): number => (set.lightFrom === 'right' ? 1 : -1);

const rigs = {
  soft: {
    tint: [1.02, 1, 0.975],
    ambient: [0.2, 0.2, 0.205],
    wall: { even: 0.62, glow: 0.24, reach: 0.75, side: 0.15, fall: 0.1, corner: 0.2 },
    floor: { even: 0.62, pool: 0.34, reach: 1.7 },
    lift: 0,
    gobo: 'none',
    shadow: { contact: 0.62, cast: 0.34, length: 0.55, forward: -0.5, soft: 1 },
    rim: 0,
  },
  bright: {
    tint: [1.01, 1, 0.99],
    ambient: [0.4, 0.4, 0.4],
    wall: { even: 0.6, glow: 0.12, reach: 0.9, side: 0.1, fall: 0.06, corner: 0.07 },
    floor: { even: 0.66, pool: 0.16, reach: 2 },
    lift: 0.2,
    gobo: 'none',
    shadow: { contact: 0.55, cast: 0.3, length: 0.5, forward: -0.4, soft: 0.7 },
    rim: 0,
  },
  dramatic: {
    tint: [1.04, 1, 0.94],
    ambient: [0.07, 0.072, 0.08],
    wall: { even: 0.1, glow: 0.62, reach: 0.5, side: -0.55, fall: -0.1, corner: 0.75 },
    floor: { even: 0.1, pool: 0.78, reach: 0.8 },
    lift: 0,
    gobo: 'none',
    shadow: { contact: 0.8, cast: 0.62, length: 0.7, forward: 0.35, soft: 0.55 },
    rim: 0.5,
  },
  golden_hour: {
    tint: [1.21, 0.93, 0.62],
    ambient: [0.36, 0.31, 0.3],
    wall: { even: 0.22, glow: 0.2, reach: 0.8, side: 0.5, fall: 0.22, corner: 0.28 },
    floor: { even: 0.32, pool: 0.25, reach: 1.2 },
    lift: 0,
    gobo: 'leaves',
    shadow: { contact: 0.68, cast: 0.5, length: 1.1, forward: 0.4, soft: 0.5 },
    rim: 0.55,
  },
  neon: {
    tint: [1, 1, 1],
    ambient: [0.05, 0.05, 0.062],
    wall: { even: 0.02, glow: 0.05, reach: 0.6, side: 0, fall: 0, corner: 0.35 },
    floor: { even: 0.03, pool: 0.3, reach: 0.6 },
    lift: 0,
    gobo: 'none',
    shadow: { contact: 0.8, cast: 0.3, length: 0.4, forward: 0.3, soft: 0.9 },
    rim: 0.7,
  },
  high_key: {
    tint: [1, 1, 1],
    ambient: [0.55, 0.55, 0.555],
    wall: { even: 0.52, glow: 0.1, reach: 1, side: 0, fall: 0.02, corner: 0.03 },
    floor: { even: 0.5, pool: 0.1, reach: 2 },
    lift: 0.72,
    gobo: 'none',
    shadow: { contact: 0.5, cast: 0.16, length: 0.4, forward: -0.4, soft: 1.2 },
    rim: 0,
  },
  low_key: {
    tint: [1.02, 1, 0.97],
    ambient: [0.02, 0.02, 0.023],
    wall: { even: 0.03, glow: 0.3, reach: 0.42, side: 0.2, fall: 0.1, corner: 0.8 },
    floor: { even: 0.04, pool: 0.7, reach: 0.55 },
    lift: 0,
    gobo: 'none',
    shadow: { contact: 0.85, cast: 0.6, length: 0.6, forward: 0.35, soft: 0.7 },
    rim: 0.75,
  },
  moonlight: {
    tint: [0.58, 0.78, 1.16],
    ambient: [0.075, 0.095, 0.145],
    wall: { even: 0.1, glow: 0.2, reach: 0.7, side: 0.3, fall: 0.2, corner: 0.5 },
    floor: { even: 0.16, pool: 0.42, reach: 0.9 },
    lift: 0,
    gobo: 'window',
    shadow: { contact: 0.75, cast: 0.5, length: 0.9, forward: 0.35, soft: 0.6 },
    rim: 0.35,
  },
} as const satisfies Record<Light, Rig>;

/** What shapes the light on this wall: a room has a window, unless its light is of a kind that has none. */
export function goboOf({ light, feature, style }: StudioSet): Rig['gobo'] {
  const own = rigs[light].gobo;
  if (feature === 'window' && own === 'none') return 'window';
  if (style === 'outdoors' || style === 'night') return own === 'leaves' ? 'leaves' : 'none';
  return style === 'room' && (light === 'soft' || light === 'bright') ? 'window' : own;
}

/** The two lamps of a neon set: the accent's hue on the light's side, and on the other the one that suits it. */
export function neonLamps(set: Pick<StudioSet, 'wall' | 'accent'>): { near: Light3; far: Light3 } {
  const accent = oklabOfHex(set.accent);
  const wall = oklabOfHex(set.wall);
  const lead = chromaOf(accent) > 0.05 ? accent : chromaOf(wall) > 0.05 ? wall : magenta;
  const hue = Math.atan2(lead.b, lead.a);
  // Warm lamps go with cyan, cool ones with pink; two opposite hues by the book would give pink with green.
  const isWarm = Math.cos(hue - warm) > 0;
  return { near: lamp(hue), far: lamp(isWarm ? cyan : pink) };
}

const magenta: Oklab = { L: 0.65, a: 0.2, b: -0.1 };
/** Hues of OKLab, in radians. */
const warm = 0.42;
const cyan = -2.35;
const pink = -0.25;

function lamp(hue: number): Light3 {
  return lightOfOklab({ L: 0.66, a: Math.cos(hue) * 0.17, b: Math.sin(hue) * 0.17 });
}
