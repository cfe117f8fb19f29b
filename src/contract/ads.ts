import { z } from '@hono/zod-openapi';
import { axisStates, choiceModels } from '../domain/ads/choose.ts';
import { comparisons, verdicts } from '../domain/ads/effects.ts';
import { adMetrics } from '../domain/ads/metric.ts';
import { adResultLimits } from '../domain/ads/read-result.ts';
import { matrixSchema } from './ad-matrix.ts';
import { text } from './text.ts';

const label = (name: string) =>
  text(name)
    .trim()
    .min(1, { error: `${name} must not be empty.` })
    .max(200, { error: `${name} has at most 200 characters.` });

export const adParamsSchema = z.object({
  workflow: label('workflow').openapi({
    param: { name: 'workflow', in: 'path' },
    description: 'The name of the workflow.',
    example: 'spring-ads',
  }),
});

const level = { number: z.number().int(), value: z.union([z.string(), z.number(), z.boolean()]) };

const axisSchema = z.object({
  name: z.string(),
  letters: z.string().openapi({ description: 'What stands for the axis in codes.' }),
  levels: z.array(z.object(level)),
});

const codeSchema = z.string().openapi({ description: 'The code of a variant.', example: 'H2S1C3' });

const levelsSchema = z
  .record(z.string(), z.number().int())
  .openapi({ description: 'The number of a value by the name of its axis.' });

export const adMatrixStateSchema = z
  .object({
    object: z.literal('ad_matrix'),
    workflow: z.string(),
    number: z.number().int().openapi({ description: 'Counts the changes of the matrix, from 1.' }),
    matrix: matrixSchema.openapi({ description: 'As it was put last.' }),
    book: z
      .array(axisSchema)
      .openapi({ description: 'What the codes of the workflow mean, those of earlier matrices too.' }),
    variants: z.array(z.object({ code: codeSchema, levels: levelsSchema })),
    created_at: z.string(),
  })
  .openapi('AdMatrixState');

export type AdMatrixState = z.infer<typeof adMatrixStateSchema>;

const count = (description: string) => ({
  type: 'integer' as const,
  minimum: 0,
  maximum: adResultLimits.count,
  description,
});

/** Read row by row, so that a bad one does not keep the good ones out. */
const rowSchema = z.unknown().openapi('AdResultRow', {
  type: 'object',
  required: ['ad', 'impressions', 'clicks'],
  additionalProperties: false,
  properties: {
    ad: {
      type: 'string',
      description: 'The code, the key of the record, or any name whose last part that is a code is the code.',
      minLength: 1,
      maxLength: adResultLimits.adCharacters,
      example: 'MUG-01-H2S1C3',
    },
    date: {
      type: ['string', 'null'],
      format: 'date',
      description: 'The day that is counted; none for a sum of all days. A source tells of an ad either way.',
    },
    impressions: count('How often it was shown.'),
    clicks: count('How many of the impressions were clicked.'),
    conversions: count('How many of the clicks led to one. Default 0.'),
    spend_micros: {
      type: 'integer',
      minimum: 0,
      maximum: adResultLimits.spendMicros,
      description: 'Millionths of the currency. Default 0.',
    },
  },
});

export const newAdResultsSchema = z
  .strictObject({
    source: label('source').openapi({
      description:
        'Who counted, such as a platform or a campaign there. Its results replace its own earlier ones.',
      example: 'meta',
    }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'currency must be three capital letters, such as EUR.' })
      .default('USD'),
    rows: z
      .array(rowSchema, { error: 'rows must be a list of results.' })
      .min(1, { error: 'rows must not be empty.' })
      .max(adResultLimits.rowsPerCall, {
        error: `rows takes at most ${adResultLimits.rowsPerCall.toLocaleString('en')} a call.`,
      }),
  })
  .openapi('NewAdResults');

export const importedResultsSchema = z
  .object({
    object: z.literal('ad_import'),
    workflow: z.string(),
    source: z.string(),
    added: z.number().int(),
    replaced: z.number().int().openapi({
      description: 'Results of the same ad and day that were other numbers; they stay in a history.',
    }),
    unchanged: z.number().int(),
    refused: z
      .array(z.object({ index: z.number().int(), ad: z.string().nullable(), reason: z.string() }))
      .openapi({ description: 'Rows that were left out, by their place in `rows` from 0.' }),
  })
  .openapi('ImportedAdResults');

export type ImportedAdResults = z.infer<typeof importedResultsSchema>;

export const deletedResultsSchema = z
  .object({
    object: z.literal('ad_results_deleted'),
    workflow: z.string(),
    source: z.string(),
    deleted: z.number().int(),
  })
  .openapi('DeletedAdResults');

const inQuery = (name: string) => ({ param: { name, in: 'query' as const } });

export const adSourceQuerySchema = z.object({ source: label('source').openapi(inQuery('source')) });

const share = (name: string, description: string, usual: number, least: number, most: number) =>
  z.coerce
    .number({ error: `${name} must be a number.` })
    .min(least, { error: `${name} is at least ${least}.` })
    .max(most, { error: `${name} is at most ${most}.` })
    .default(usual)
    .openapi({ ...inQuery(name), description });

const day = (name: string) =>
  z.iso
    .date({ error: `${name} must be a day such as 2026-11-01.` })
    .refine((text) => text >= '1970', { error: `${name} must be a day after 1970.` })
    .optional()
    .openapi({ ...inQuery(name), description: 'Results in sum have no day and are left out.' });

const metric = z
  .enum(adMetrics, { error: `metric must be one of ${adMetrics.join(', ')}.` })
  .default('ctr')
  .openapi({
    ...inQuery('metric'),
    description:
      'ctr: clicks per impression. cvr: conversions per click. conversions: conversions per impression.',
  });

const about = {
  metric,
  source: label('source').optional().openapi(inQuery('source')),
  from: day('from'),
  to: day('to'),
};

export const adReportQuerySchema = z.object({
  ...about,
  against: z
    .enum(comparisons, { error: `against must be one of ${comparisons.join(', ')}.` })
    .optional()
    .openapi({
      ...inQuery('against'),
      description:
        'base: the value of the base. others: the mean of the other values. Default: base for one-factor, else others.',
    }),
  lift: share('lift', 'The smallest relative difference worth finding; 0.2 is a fifth.', 0.2, 0.01, 10),
  confidence: share('confidence', 'Of intervals and verdicts.', 0.95, 0.5, 0.999),
  power: share('power', 'With what probability such a difference is to be found.', 0.8, 0.5, 0.999),
});

export const adChoiceQuerySchema = z.object({
  ...about,
  model: z
    .enum(choiceModels, { error: `model must be one of ${choiceModels.join(', ')}.` })
    .default('values')
    .openapi({
      ...inQuery('model'),
      description:
        'values: what each value does, learnt from all ads that have it. variants: each ad by itself.',
    }),
  threshold: share('threshold', 'How probable the best must be to be decided.', 0.95, 0.5, 0.999),
  tolerance: share(
    'tolerance',
    'Good enough: with 95 percent, nothing is better by more than this share.',
    0.05,
    0,
    1,
  ),
  size: z.coerce
    .number()
    .int()
    .min(1, { error: 'size is at least 1.' })
    .max(1_000, { error: 'size is at most 1,000.' })
    .default(50)
    .openapi({ ...inQuery('size'), description: 'How many ads to name.' }),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(1)
    .openapi({ ...inQuery('seed'), description: 'The same results and seed give the same choice.' }),
  open: z.coerce
    .number()
    .int()
    .min(0)
    .max(20, { error: 'open is at most 20.' })
    .default(2)
    .openapi({
      ...inQuery('open'),
      description: 'How many places for new values each axis of the next matrix has.',
    }),
});

const rate = z.number().nullable();
const interval = z.object({ low: z.number(), high: z.number() }).nullable();
const results = { trials: z.number().int(), successes: z.number().int() };

export const adReportSchema = z
  .object({
    object: z.literal('ad_report'),
    workflow: z.string(),
    metric: z.enum(adMetrics),
    against: z.enum(comparisons),
    lift: z.number(),
    confidence: z.number(),
    power: z.number(),
    results: z.object({
      sources: z.array(z.string()),
      first_day: z.string().nullable(),
      last_day: z.string().nullable(),
      impressions: z.number().int(),
      clicks: z.number().int(),
      conversions: z.number().int(),
      spend: z.array(z.object({ currency: z.string(), micros: z.number().int() })),
      left_out: z.number().int().openapi({
        description: 'Trials of codes that lack an axis of the book: they were made before it was there.',
      }),
    }),
    trials_needed: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Of each side of a comparison, before there is a verdict.' }),
    comparisons: z.number().int().openapi({
      description: 'How many are made at once; p values and trials needed allow for all of them.',
    }),
    dispersion: z.number().openapi({
      description:
        'How much more ads differ than chance and single values explain; 1 is not at all. Intervals are wider by its root.',
    }),
    axes: z.array(
      z.object({
        name: z.string(),
        letters: z.string(),
        levels: z.array(
          z.object({
            ...level,
            ...results,
            rate,
            interval: interval.openapi({ description: 'Of the rate as counted (Wilson).' }),
            adjusted_rate: rate.openapi({ description: 'If the other axes were shown evenly.' }),
            lift: rate.openapi({
              description: 'Of the adjusted rate over what it is compared with; 0.2 is a fifth higher.',
            }),
            lift_interval: interval,
            p_value: rate.openapi({ description: 'Of no difference, for all comparisons together (Holm).' }),
            missing_trials: z.number().int().nullable(),
            verdict: z.enum(verdicts),
          }),
        ),
      }),
    ),
    variants: z
      .array(z.object({ code: codeSchema, ...results, rate }))
      .openapi({ description: 'Every ad with results, the one with most trials first; at most 1,000.' }),
  })
  .openapi('AdReport');

export type AdReport = z.infer<typeof adReportSchema>;

const states = ['found', 'not_enough_data'] as const;

export const adChoiceSchema = z
  .object({
    object: z.literal('ad_choice'),
    workflow: z.string(),
    metric: z.enum(adMetrics),
    model: z.enum(choiceModels),
    threshold: z.number(),
    tolerance: z.number(),
    state: z.enum(states).openapi({ description: 'found: no axis is open any more.' }),
    axes: z.array(
      z.object({
        name: z.string(),
        letters: z.string(),
        state: z.enum(axisStates).openapi({
          description:
            'decided: the leader is the best. good_enough: nothing is better by more than the tolerance.',
        }),
        leader: z.number().int().openapi({ description: 'The number of the leading value.' }),
        upside: z.number().openapi({
          description: 'With 95 percent nothing is better than the leader by more than this share.',
        }),
        levels: z.array(
          z.object({
            ...level,
            ...results,
            probability_best: z.number().openapi({ description: 'From 0 to 1.' }),
          }),
        ),
      }),
    ),
    next: z
      .array(
        z.object({
          code: codeSchema,
          levels: levelsSchema,
          share: z.number().int().openapi({ description: 'Of the next impressions, in 1/10,000.' }),
          ...results,
        }),
      )
      .openapi({ description: 'What to show next. Those without trials are not made yet.' }),
    next_matrix: matrixSchema.openapi({
      description: 'Winners under their numbers, and null where a new value is to be written.',
    }),
  })
  .openapi('AdChoice');

export type AdChoice = z.infer<typeof adChoiceSchema>;
