import { z } from 'zod';

/** All endpoints of one app share its requests, so they are addressed without the rest of the endpoint's name. */
export const app = 'bytedance/seedance-2.0';

export const requestIdSchema = z.string().regex(/^[\w-]{1,100}$/);

export const handleSchema = z.strictObject({ request_id: requestIdSchema });

export const submittedSchema = z.object({ request_id: requestIdSchema });

export const initiatedSchema = z.object({
  upload_url: z.url({ protocol: /^https?$/ }),
  file_url: z.url({ protocol: /^https?$/ }),
});

export const partSchema = z.object({ etag: z.string().min(1) });

/** `status` is a text: there may come a word that nobody has heard of. */
export const statusSchema = z.object({
  status: z.string(),
  queue_position: z.number().nullish(),
  error: z.string().nullish(),
  error_type: z.string().nullish(),
});

export const resultSchema = z.object({
  video: z.object({ url: z.url({ protocol: /^https?$/ }) }),
});

/** Of a model: a list of faults. Of a request: a text with a type. */
export const errorSchema = z.union([
  z.object({
    detail: z
      .array(
        z.object({
          type: z.string().optional(),
          msg: z.string().optional(),
          loc: z.array(z.any()).optional(),
        }),
      )
      .min(1),
  }),
  z.object({ detail: z.string(), error_type: z.string().optional() }),
]);

export const callbackSchema = z.object({ request_id: requestIdSchema });

export const jwksSchema = z.object({
  keys: z.array(z.object({ kty: z.string(), crv: z.string().optional(), x: z.string().optional() })),
});
