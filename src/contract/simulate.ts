import { z } from '@hono/zod-openapi';
import { text } from './text.ts';

const seconds = (most: number) => z.number().min(0).max(most);
const count = z.int().min(1).max(1_000);
const times = count.default(1);
const retryAfter = z.number().min(0).max(3_600).default(1);

const latencySchema = z.union([
  seconds(3_600),
  z
    .strictObject({ p50: seconds(3_600), p95: seconds(3_600) })
    .refine(({ p50, p95 }) => p50 <= p95, { error: 'p95 must not be below p50.' }),
]);

const outcomeSchema = z.discriminatedUnion('end', [
  z.strictObject({ end: z.literal('succeed') }),
  z.strictObject({
    end: z.literal('fail'),
    kind: z.enum(['transient', 'permanent']).default('permanent'),
    code: text('code').min(1).max(100).default('simulated_failure'),
    message: text('message').max(1_000).default('The simulated provider failed, as it was told to.'),
  }),
  z.strictObject({
    end: z.literal('reject'),
    message: text('message').max(1_000).default('The simulated content filter rejected this request.'),
  }),
]);

const startSchema = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('ok') }),
  z.strictObject({ answer: z.literal('rate_limited'), times, retry_after_seconds: retryAfter }),
  z.strictObject({ answer: z.literal('unavailable'), times, retry_after_seconds: retryAfter }),
  z.strictObject({ answer: z.literal('lost_before'), times }),
  z.strictObject({ answer: z.literal('lost_after') }),
  z.strictObject({ answer: z.literal('hang') }),
  z.strictObject({ answer: z.literal('refuse'), reason: z.enum(['content', 'invalid']).default('content') }),
]);

const checkSchema = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('ok') }),
  z.strictObject({ answer: z.literal('unavailable'), times, retry_after_seconds: retryAfter }),
  z.strictObject({
    answer: z.literal('unknown_word'),
    times,
    word: text('word').min(1).max(40).default('REVIEWING'),
  }),
  z.strictObject({ answer: z.literal('empty'), times: count.optional() }),
]);

const callbackSchema = z.discriminatedUnion('send', [
  z.strictObject({ send: z.literal('none') }),
  z.strictObject({ send: z.literal('once') }),
  z.strictObject({ send: z.literal('duplicate') }),
  z.strictObject({ send: z.literal('late'), seconds: seconds(3_600).default(5) }),
  z.strictObject({ send: z.literal('forged') }),
  z.strictObject({ send: z.literal('only_late') }),
]);

const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({ kind: z.literal('short'), seconds: z.number().min(0.1).max(60) }),
  z.strictObject({ kind: z.literal('long'), seconds: z.number().min(0.1).max(60) }),
  z.strictObject({ kind: z.literal('truncated') }),
  z.strictObject({ kind: z.literal('corrupt') }),
  z.strictObject({ kind: z.literal('missing') }),
  z.strictObject({ kind: z.literal('interrupted'), times }),
  z.strictObject({ kind: z.literal('wrong_size') }),
  z.strictObject({ kind: z.literal('silent') }),
]);

/** How the simulated engine is to behave for one request, or by default. What is absent behaves well. */
export const simulateSchema = z
  .strictObject({
    latency_seconds: latencySchema.optional().openapi({
      description:
        'From acceptance to the end: a number of seconds, or the median and the 95th percentile of a long-tailed distribution from which the seed draws. Default 2.',
      example: { p50: 40, p95: 180 },
    }),
    accept_delay_seconds: seconds(600).optional().openapi({
      description: 'How long the answer to the start takes. The job is accepted, and paid for, at once.',
    }),
    outcome: outcomeSchema.optional().openapi({
      description:
        'How it ends. `succeed`; `fail`, which may be tried again if `transient` and not if `permanent`; or `reject`, by a content filter, after it had been accepted.',
      example: { end: 'fail', kind: 'transient' },
    }),
    start: startSchema.optional().openapi({
      description:
        'What becomes of the start. `rate_limited` (429) and `unavailable` (503) say clearly that nothing was accepted; `lost_before` breaks the connection with nothing accepted, `lost_after` with the job accepted; `hang` accepts and never answers; `refuse` refuses for good. `times` counts over all starts of an equal request: same prompt, shape, seed and simulation.',
      example: { answer: 'rate_limited', times: 2, retry_after_seconds: 3 },
    }),
    check: checkSchema.optional().openapi({
      description:
        'What the first checks of a job answer. `unavailable` is a 503; `unknown_word` a status that no documentation names; `empty` says the job is done and shows no video, for ever unless `times` is given.',
      example: { answer: 'unknown_word', times: 3, word: 'REVIEWING' },
    }),
    callback: callbackSchema.optional().openapi({
      description:
        'What the provider tells by itself. `once` (the default) tells of every end; `duplicate` twice of each; `late` that many seconds after it; `forged` is preceded by one with a wrong signature and a wrong end; `only_late` tells of a late success alone.',
      example: { send: 'duplicate' },
    }),
    output: outputSchema.optional().openapi({
      description:
        'What is wrong with the video. `short` and `long` last `seconds` in fact; `truncated` ends in the middle; `corrupt` holds noise; `missing` is a 404; `interrupted` breaks the connection half way, `times` times; `wrong_size` has half the width and height; `silent` has a sound track with nothing to hear.',
      example: { kind: 'short', seconds: 3 },
    }),
    cancel: z.enum(['honoured', 'ignored']).optional().openapi({
      description:
        'Whether asking for a stop stops it. `ignored` answers as if, and the video comes anyway. Default `honoured`.',
    }),
    late_success: z
      .strictObject({
        seconds: seconds(3_600),
        kind: z.enum(['transient', 'permanent']).default('permanent'),
      })
      .optional()
      .openapi({
        description: 'It says that it failed, and so many seconds later it has succeeded, and is paid for.',
        example: { seconds: 10 },
      }),
  })
  .refine(
    ({ outcome, late_success: late }) => late === undefined || (outcome?.end ?? 'succeed') === 'succeed',
    {
      path: ['late_success'],
      error: 'late_success goes with the outcome succeed alone.',
    },
  )
  .openapi('Simulate', {
    description: 'Steers the simulated engine, and is refused by every other. What is absent behaves well.',
  });

export type Simulate = z.infer<typeof simulateSchema>;
