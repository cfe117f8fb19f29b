import { z } from 'zod';

const predictionIdSchema = z.string().regex(/^[\w-]{1,100}$/);

export const handleSchema = z.strictObject({ prediction_id: predictionIdSchema });

/** `status` is a text: there may come a word that nobody has heard of. */
export const predictionSchema = z.object({
  id: predictionIdSchema,
  status: z.string(),
  output: z.unknown(),
  error: z.unknown(),
  data_removed: z.boolean().nullish(),
});

export type Prediction = z.infer<typeof predictionSchema>;

const urlSchema = z.url({ protocol: /^https?$/ });

/** One address, or a list of one. */
export const outputSchema = z.union([urlSchema, z.tuple([urlSchema]).transform(([url]) => url)]);

export const fileSchema = z.object({ urls: z.object({ get: urlSchema }) });

export const problemSchema = z.object({
  detail: z.string(),
  title: z.string().optional(),
  status: z.int().optional(),
});

export const callbackSchema = z.object({ id: predictionIdSchema });

export const secretSchema = z.object({ key: z.string().regex(/^whsec_[A-Za-z0-9+/]+=*$/) });
