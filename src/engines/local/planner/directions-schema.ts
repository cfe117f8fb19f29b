import { z } from 'zod';
import {
  captionTimes,
  type Directions,
  lightSides,
  lights,
  moves,
  paces,
  setStyles,
  subjectActions,
  surfaces,
  tagKinds,
  tagRoles,
  transitionKinds,
  warmths,
} from '../understand/directions/meaning.ts';

/** A model that has nothing to say about a thing writes null or leaves it out. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish();

/** Directions as a model writes them: no other field, no other word, and no more of anything than a film holds. */
const schema = z.strictObject({
  camera: z.array(z.strictObject({ move: z.enum(moves), pace: maybe(z.enum(paces)) })).max(8),
  pace: z.enum(paces),
  action: maybe(z.enum(subjectActions)),
  light: maybe(z.enum(lights)),
  lightFrom: maybe(z.enum(lightSides)),
  warmth: z.enum(warmths),
  colour: maybe(z.string().regex(/^#[\da-f]{6}$/i)),
  surface: maybe(z.enum(surfaces)),
  set: maybe(z.enum(setStyles)),
  plinth: maybe(z.boolean()),
  transitions: z.array(z.enum(transitionKinds)).max(5),
  captions: z
    .array(z.strictObject({ text: z.string().trim().min(1).max(120), at: z.enum(captionTimes) }))
    .max(4),
  tags: z
    .array(z.strictObject({ kind: z.enum(tagKinds), position: z.int().min(1).max(9), as: z.enum(tagRoles) }))
    .max(30),
  dof: maybe(z.boolean()),
  sweep: maybe(z.boolean()),
  glass: maybe(z.boolean()),
});

/** Parses what a model wrote. `fault` says in one line where it strays from the schema. */
export function parseDirections(written: unknown): { directions: Directions } | { fault: string } {
  const parsed = schema.safeParse(written);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { fault: `${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'is not as agreed'}` };
  }
  const { camera, pace, warmth, transitions, captions, tags, colour, ...optional } = parsed.data;
  const directions: Directions = {
    camera: camera.map(({ move, pace: own }) => ({ move, ...(own == null ? {} : { pace: own }) })),
    pace,
    warmth,
    transitions: [...new Set(transitions)],
    captions,
    tags,
  };
  if (colour != null) directions.colour = colour.toLowerCase();
  return { directions: Object.assign(directions, withoutNulls(optional)) };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

const withoutNulls = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Present<T>;

/** Keywords that strict modes of chat servers refuse; `parseDirections` checks them all the same. */
const unsupported = ['$schema', 'minLength', 'maxLength', 'pattern', 'maxItems', 'minimum', 'maximum'];

/** The same as JSON Schema in the dialect of strict modes: every field required, null for "nothing". */
export const directionsJsonSchema: unknown = inStrictDialect(z.toJSONSchema(schema, { io: 'input' }));

function inStrictDialect(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(inStrictDialect);
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([key]) => !unsupported.includes(key));
  const strict = Object.fromEntries(kept.map(([key, value]) => [key, inStrictDialect(value)]));
  const { properties } = strict;
  return typeof properties === 'object' && properties !== null
    ? { ...strict, required: Object.keys(properties) }
    : strict;
}
