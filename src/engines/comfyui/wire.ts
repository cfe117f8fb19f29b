import { z } from 'zod';

/** One job in line: its number, its id, its graph and more. */
const queueItemSchema = z.tuple([z.number(), z.string()]).rest(z.unknown());

export const queueSchema = z.object({
  queue_running: z.array(queueItemSchema),
  queue_pending: z.array(queueItemSchema),
});

const fileSchema = z.object({
  filename: z.string().min(1),
  subfolder: z.string().optional(),
  type: z.enum(['output', 'temp', 'input']).optional(),
});

export type OutputFile = z.infer<typeof fileSchema>;

/** What a node left: lists of files by whatever name, and other things. */
const nodeOutputSchema = z.record(z.string(), z.unknown());

export const historyEntrySchema = z.object({
  outputs: z.record(z.string(), nodeOutputSchema),
  status: z
    .object({
      status_str: z.string(),
      completed: z.boolean().optional(),
      messages: z.array(z.tuple([z.string(), z.unknown()]).rest(z.unknown())).optional(),
    })
    .nullish(),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const historySchema = z.record(z.string(), historyEntrySchema);

export const startedSchema = z.object({ prompt_id: z.string().regex(/^[\w-]{1,100}$/) });

export const refusalSchema = z.object({
  error: z.union([z.string(), z.object({ message: z.string(), details: z.string().optional() })]),
  node_errors: z
    .record(
      z.string(),
      z.object({
        class_type: z.string().optional(),
        errors: z.array(z.object({ message: z.string(), details: z.string().optional() })),
      }),
    )
    .catch({}),
});

export const uploadSchema = z.object({ name: z.string().min(1), subfolder: z.string().optional() });

export const executionErrorSchema = z
  .object({
    node_id: z.string(),
    node_type: z.string(),
    exception_message: z.string(),
    exception_type: z.string(),
  })
  .partial();

/** The files of a node's output, under whichever key it lists them. */
export function filesOf(output: Record<string, unknown> | undefined): OutputFile[] {
  return Object.values(output ?? {}).flatMap((list) => {
    const files = z.array(fileSchema).safeParse(list);
    return files.success ? files.data : [];
  });
}
