import { z } from 'zod';
import { mediaKinds } from '../../domain/media-facts.ts';
import { aspectRatios } from '../../domain/request.ts';

/** What the file says of the workflow as a whole, under the key `kinora`. */
export const aboutSchema = z
  .strictObject({
    model: z.string().min(1).max(100),
    sizes: z.partialRecord(
      z.enum(aspectRatios),
      z.tuple([z.int().min(16).max(4_096), z.int().min(16).max(4_096)]),
    ),
    durations: z.array(z.int().min(4).max(15)).min(1),
    fps: z.number().min(1).max(120),
    frames: z.strictObject({ every: z.int().min(1), plus: z.int().min(0) }),
    sound: z.boolean(),
    tags: z.partialRecord(z.enum(mediaKinds), z.string().regex(/\{n\}/, { error: 'must hold {n}' })),
    typical_seconds: z.number().min(1),
  })
  .partial();

export type About = z.infer<typeof aboutSchema>;
