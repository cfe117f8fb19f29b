import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const headers = z.record(z.string(), z.string());

const exchangeSchema = z.strictObject({
  /** Compared whole: what a request has beyond this fails the test, but for the headers of the transport. */
  request: z.strictObject({
    method: z.string(),
    path: z.string(),
    headers,
    /** JSON; or text, where a request is none. */
    body: z.unknown().optional(),
  }),
  response: z.union([
    z.strictObject({ status: z.int(), headers: headers.optional(), body: z.unknown().optional() }),
    /** As it stands, instead of JSON. */
    z.strictObject({ status: z.int(), headers: headers.optional(), text: z.string() }),
    /** `cut` breaks the connection once the request is there; `silence` keeps it open and says nothing. */
    z.strictObject({ end: z.enum(['cut', 'silence']) }),
  ]),
});

export type Exchange = z.infer<typeof exchangeSchema>;

const step = { exchanges: z.array(exchangeSchema), result: z.unknown() };

const stepSchema = z.discriminatedUnion('call', [
  z.strictObject({
    call: z.literal('start'),
    /** Over the usual plan, as are the prompt and the rest. */
    plan: z.record(z.string(), z.unknown()).optional(),
    references: z.array(z.enum(['image', 'video', 'audio'])).optional(),
    /** Whether its references have public addresses. */
    publicFiles: z.boolean().optional(),
    /** Whether a callback can reach us. Default true. */
    callback: z.boolean().optional(),
    endUser: z.string().optional(),
    /** When the call is given up. */
    seconds: z.number().optional(),
    ...step,
  }),
  /** Of the job that was accepted or found last, unless it is named. */
  z.strictObject({ call: z.literal('check'), handle: z.record(z.string(), z.string()).optional(), ...step }),
  z.strictObject({ call: z.literal('cancel'), handle: z.record(z.string(), z.string()).optional(), ...step }),
  z.strictObject({
    call: z.literal('look_up'),
    startedSecondsAgo: z.number(),
    /** Handles of jobs that are known to be of other attempts. */
    anothers: z.array(z.record(z.string(), z.string())).optional(),
    plan: z.record(z.string(), z.unknown()).optional(),
    ...step,
  }),
  z.strictObject({
    call: z.literal('callback'),
    headers,
    /** A text is taken to the letter, since it is signed. */
    body: z.union([z.string(), z.record(z.string(), z.unknown())]),
    ...step,
  }),
]);

export type Step = z.infer<typeof stepSchema>;

const recordingSchema = z.strictObject({
  about: z.string(),
  /** Where the wire format is written down. */
  source: z.string(),
  steps: z.array(stepSchema).min(1),
});

export type Recording = z.infer<typeof recordingSchema>;

/** What every engine has to have a recording of, under these names; it may have more. */
export const requiredCases = [
  'success',
  'rejected',
  'timeout-after-accept',
  'empty-200',
  'late-success',
  'wrong-duration',
  'rate-limited',
  'unknown-word',
  'server-error',
] as const;

/** And where it is called back. */
export const requiredCallbackCases = ['callback', 'duplicate-callback', 'forged-callback'] as const;

/** The recordings of one engine, by name; `{origin}` in them is where the provider double listens. */
export function recordingsIn(folder: string): Map<string, (origin: string) => Recording> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.sort().map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const read = (origin: string) => recordingSchema.parse(JSON.parse(text.replaceAll('{origin}', origin)));
      return [name.replace(/\.json$/, ''), read];
    }),
  );
}
