import { z } from 'zod';
import { axisName, checkMatrix, matrixLimits, matrixModes } from '../../domain/ads/matrix.ts';

const value = z.union([z.string(), z.number(), z.boolean()], {
  error: 'a value of the matrix must be a text, a number, true or false.',
});

const open = value.nullable();

const name = z.string().regex(axisName, {
  error: 'an axis is named by letters, digits and _, a letter first, as in hook.',
});

const axis = z.union(
  [
    z.array(open).max(matrixLimits.levelsPerAxis, {
      error: `an axis has at most ${matrixLimits.levelsPerAxis} values.`,
    }),
    z.record(
      z.string().regex(/^[1-9]\d{0,3}$/, { error: 'values are numbered from 1, as in 3: terrace.' }),
      open,
    ),
  ],
  { error: 'an axis is a list of values, or values by their numbers.' },
);

/** Variants of each row, or of none: axes and their values, which the template sees as `{{ hook }}` (R66). */
export const matrixSchema = z
  .strictObject({
    mode: z
      .enum(matrixModes, { error: `mode must be one of ${matrixModes.join(', ')}.` })
      .default('full')
      .describe(
        'full: every combination; one-factor: the base, then one change at a time; pairwise: every pair of values at least once.',
      ),
    axes: z
      .record(name, axis)
      .describe(
        'What varies: values by the name of their axis, as a list numbered from 1 or each under its number, which it keeps for good.',
      ),
    base: z
      .record(name, value)
      .optional()
      .describe('The variant that others are compared with; default the first value of every axis.'),
  })
  .superRefine((spec, context) => {
    for (const { path, message } of checkMatrix(spec).faults)
      context.addIssue({ code: 'custom', path, message });
  });
