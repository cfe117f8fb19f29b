import { z } from '@hono/zod-openapi';

/** What it has to say is checked by the reader of workflow files, which knows more than a document can tell. */
export const newDefinitionSchema = z
  .record(z.string(), z.unknown(), { error: 'A workflow is an object, as its file is in JSON.' })
  .openapi('WorkflowDefinitionBody', {
    description:
      'A workflow file as JSON; its schema is at /schemas/workflow.json. A server reaches no files of yours: sources and photos are URLs or a database, prompts and pictures stand in it or are stored templates and bundles.',
    example: {
      name: 'spring-catalogue',
      source: { url: 'https://shop.example/products.json', items: 'products', key: 'sku' },
      prompt: '{{ name }} turns slowly, soft light',
      photos: { column: 'photos', take: 3 },
      duration: 5,
      aspect_ratio: '16:9',
      publish: true,
      schedule: { cron: '0 3 * * *', time_zone: 'Europe/Vienna', max_credits: 20_000 },
    },
  });

export const definitionSchema = z
  .object({
    object: z.literal('workflow_definition'),
    workflow: z.string(),
    version: z.number().int().openapi({ description: 'Counts what was stored and says something else.' }),
    definition: z.record(z.string(), z.unknown()),
    key_id: z.string().openapi({
      description:
        'The key that stored it: as that it runs when it is due, with its budgets, until it is revoked.',
    }),
    stored_at: z.string(),
  })
  .openapi('WorkflowDefinition');

export type Definition = z.infer<typeof definitionSchema>;
