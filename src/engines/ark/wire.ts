import { z } from 'zod';

const taskIdSchema = z.string().regex(/^[\w-]{1,100}$/);

export const handleSchema = z.strictObject({ task_id: taskIdSchema });

export const createdSchema = z.object({ id: taskIdSchema });

/** `status` is a text: there may come a word that nobody has heard of. */
export const taskSchema = z.object({
  id: taskIdSchema,
  status: z.string(),
  error: z.object({ code: z.string(), message: z.string() }).nullish(),
  content: z.object({ video_url: z.string().nullish() }).nullish(),
  usage: z.object({ completion_tokens: z.int().min(0) }).nullish(),
  /** Unix seconds. */
  created_at: z.number().nullish(),
  seed: z.number().nullish(),
  duration: z.number().nullish(),
  ratio: z.string().nullish(),
  execution_expires_after: z.number().nullish(),
});

export type Task = z.infer<typeof taskSchema>;

export const listSchema = z.object({ items: z.array(taskSchema), total: z.number() });

export const refusalSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export const videoUrlSchema = z.url({ protocol: /^https?$/ });
