import { z } from 'zod';
import { fieldNamePattern } from '../../domain/template-field.ts';

export const matrixModes = ['full', 'one-factor', 'pairwise'] as const;

export const matrixLimits = { axes: 10, values: 50 } as const;

const value = z.union([z.string().min(1), z.number(), z.boolean()], {
  error: 'a value of the matrix must be a text, a number, true or false.',
});

const axisName = z
  .string()
  .regex(fieldNamePattern, { error: 'an axis is named by letters, digits and _, as in hook.' });

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
      .record(
        axisName,
        z
          .array(value, { error: 'an axis is a list of values.' })
          .min(2, { error: 'an axis needs at least two values.' })
          .max(matrixLimits.values, { error: `an axis has at most ${matrixLimits.values} values.` })
          .refine((values) => new Set(values.map(String)).size === values.length, {
            error: 'an axis names every value once.',
          }),
      )
      .describe('What varies: a list of values by name.'),
    base: z
      .record(axisName, value)
      .optional()
      .describe('The variant that others are compared with; default the first value of every axis.'),
  })
  .superRefine(({ axes, base = {} }, context) => {
    const names = Object.keys(axes);
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (names.length === 0) refuse(['axes'], 'name at least one axis.');
    if (names.length > matrixLimits.axes)
      refuse(['axes'], `there are ${names.length} axes; ${matrixLimits.axes} is the most.`);
    for (const [name, chosen] of Object.entries(base)) {
      const values = axes[name];
      if (values === undefined) refuse(['base', name], `there is no axis "${name}".`);
      else if (!values.includes(chosen))
        refuse(['base', name], `"${chosen}" is not among the values of the axis: ${values.join(', ')}.`);
    }
  });
