import { z } from '@hono/zod-openapi';
import { requestLimits } from '../domain/request.ts';
import {
  bedMoods,
  captionMotions,
  captionPlaces,
  captionStyles,
  foleySounds,
  framings,
  lights,
  plinths,
  type Storyboard,
  setStyles,
  storyboardFps,
  subjectActions,
  surfaces,
  transitionKinds,
  wallFeatures,
} from '../domain/storyboard.ts';
import { text } from './text.ts';

const { maxDurationSeconds, images, videos, audios, minDurationSeconds } = requestLimits;

/** Fifteen seconds of flicker; every shot may need a set of its own. */
const mostShots = 24;

const seconds = z.number().min(0).max(maxDurationSeconds);
const from = (least: number, most: number) => z.number().min(least).max(most);
const position = (most: number) => z.int().min(1).max(most);
const colour = z.string().regex(/^#[0-9a-f]{6}$/, { error: 'a colour is written #rrggbb, in lower case.' });

const setSchema = z.strictObject({
  style: z.enum(setStyles),
  surface: z.enum(surfaces),
  light: z.enum(lights),
  lightFrom: z.enum(['left', 'right']),
  wall: colour,
  accent: colour,
  feature: z.enum(wallFeatures),
  plinth: z.enum(plinths),
  foreground: z.enum(['none', 'bokeh']),
});

const subjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('picture'), position: position(images) }),
  z.strictObject({
    kind: z.literal('turntable'),
    positions: z.array(position(images)).min(2).max(images),
    from: from(0, 1),
    to: from(0, 1),
  }),
  z.strictObject({
    kind: z.literal('clip'),
    position: position(videos),
    fromSeconds: z.number().min(0),
    steadied: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('still-life') }),
]);

/** Beyond these a camera would leave the set. */
const cameraSchema = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        seconds,
        x: from(-0.4, 0.4),
        y: from(-0.3, 0.3),
        dolly: from(-0.45, 0.7),
        zoom: from(0.7, 3),
        pan: from(-0.6, 0.6),
        tilt: from(-0.4, 0.4),
        rollDegrees: from(-20, 20),
        orbitDegrees: from(-45, 45),
      }),
    )
    .min(1)
    .max(256),
  easing: z.enum(['soft', 'even', 'through']),
  handheld: from(0, 2),
});

const hue = z.strictObject({ a: from(-0.1, 0.1), b: from(-0.1, 0.1) });

const gradeSchema = z.strictObject({
  lightness: z.array(from(0, 1)).min(2).max(65),
  chroma: from(0, 2),
  shift: hue,
  tint: hue,
});

const shotSchema = z.strictObject({
  startSeconds: seconds,
  endSeconds: seconds,
  subject: subjectSchema,
  framing: z.enum(framings),
  action: z.enum(subjectActions),
  camera: cameraSchema,
  blur: from(0, 1),
  sweepSeconds: seconds.optional(),
  wall: colour.optional(),
  grade: gradeSchema.optional(),
});

const transitionSchema = z.strictObject({
  to: z
    .int()
    .min(1)
    .max(mostShots - 1),
  kind: z.enum(transitionKinds),
  startSeconds: seconds,
  endSeconds: seconds,
  towards: z.enum(['left', 'right']),
});

const captionSchema = z.strictObject({
  text: text('a caption')
    .min(1, { error: 'a caption must not be empty.' })
    .max(120, { error: 'a caption has at most 120 characters.' }),
  style: z.enum(captionStyles),
  place: z.enum(captionPlaces),
  family: z.enum(['sans', 'serif']),
  motion: z.enum(captionMotions),
  startSeconds: seconds,
  endSeconds: seconds,
});

const referenceCue = (kind: 'music' | 'voice') =>
  z.strictObject({
    kind: z.literal(kind),
    position: position(audios),
    fromSeconds: z.number().min(0),
    startSeconds: seconds,
    endSeconds: seconds,
  });

const soundSchema = z.discriminatedUnion('kind', [
  referenceCue('music'),
  referenceCue('voice'),
  z.strictObject({
    kind: z.literal('bed'),
    mood: z.enum(bedMoods),
    bpm: from(40, 240),
    startSeconds: seconds,
    endSeconds: seconds,
  }),
  z.strictObject({
    kind: z.literal('foley'),
    sound: z.enum(foleySounds),
    startSeconds: seconds,
    gainDb: from(-60, 0),
  }),
]);

/** The film as JSON: what a generation returns, and what a request may bring along to have exactly that one made. */
export const storyboardSchema = z
  .strictObject({
    version: z.literal(2),
    fps: z.literal(storyboardFps),
    frames: z
      .int()
      .min(minDurationSeconds * storyboardFps)
      .max(maxDurationSeconds * storyboardFps),
    width: z.int().min(16).max(1_920),
    height: z.int().min(16).max(1_920),
    seed: z.int().min(0).max(2_147_483_647),
    beats: z.strictObject({ bpm: from(40, 240), firstSeconds: from(-10, maxDurationSeconds) }).optional(),
    set: setSchema,
    clearGlass: z.array(position(images)).min(1).max(images).optional(),
    shots: z.array(shotSchema).min(1).max(mostShots),
    transitions: z.array(transitionSchema).max(mostShots - 1),
    captions: z.array(captionSchema).max(12),
    sound: z.array(soundSchema).max(64),
    posterSeconds: seconds,
  })
  .openapi('Storyboard') satisfies z.ZodType<unknown>;

type Parsed = z.infer<typeof storyboardSchema>;

/** A parsed storyboard, in the words of the domain: absent and undefined are one there. */
export const storyboardOf = (parsed: Parsed): Storyboard => JSON.parse(JSON.stringify(parsed));
