import { z } from '@hono/zod-openapi';
import { axisName, matrixLimits, matrixModes } from '../domain/ads/matrix.ts';
import { text } from './text.ts';

const value = z.union([text('a value').max(matrixLimits.valueCharacters), z.number(), z.boolean()], {
  error: 'a value is a text, a number, or true or false.',
});

const open = value.nullable();

const name = z.string().regex(axisName, {
  error: 'an axis is named by letters, digits and _, a letter first, at most 40.',
});

/** Axes and their values, as a workflow file and the API take them; `readMatrix` reads further. */
export const matrixSchema = z
  .strictObject({
    mode: z
      .enum(matrixModes, { error: `mode must be one of ${matrixModes.join(', ')}.` })
      .default('full')
      .openapi({
        description:
          'full: every combination. one-factor: the base, and the base with one change at a time. pairwise: any two values of two axes meet at least once.',
      }),
    axes: z
      .record(
        name,
        z.union([
          z.array(open).min(1).max(matrixLimits.levelsPerAxis),
          z.record(z.string().regex(/^[1-9]\d{0,3}$/, { error: 'values are numbered from 1.' }), open),
        ]),
      )
      .openapi({
        description:
          'A list, numbered from 1; or an object of values by number, so that a value keeps its number when others go. null is one that is not written yet, and cannot be run.',
      }),
    base: z.record(name, value).optional().openapi({
      description: 'A value of each axis, to begin from; where absent, the first.',
    }),
  })
  .openapi('AdMatrix');
