import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { lintStored, putTemplate } from '../../actions/put-template.ts';
import {
  namesQuerySchema,
  newTemplateSchema,
  previewRequestSchema,
  previewSchema,
  resourceNameSchema,
  type Template,
  type TemplatePreview,
  templatePageSchema,
  templateSchema,
  versionQuerySchema,
} from '../../contract/template.ts';
import { isStorable } from '../../contract/text.ts';
import { AppError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import { findTemplate, listTemplates, type TemplateRow } from '../../store/templates.ts';
import type { LintNote } from '../../templates/lint-template.ts';
import { promptRenderer } from '../../templates/prompt-renderer.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: resourceNameSchema('template') });

const nameCursor = z.strictObject({ name: z.string().refine(isStorable) });

/** Prompt templates of an account, each in versions that never change. */
export function templateRoutes(app: OpenAPIHono<Env>, { store, links }: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/templates/{name}',
      summary: 'Keep a prompt template; what has changed becomes a new version',
      operationId: 'putTemplate',
      tags: ['Templates and bundles'],
      description:
        'Checked before it is kept: Liquid, variables against fields, loops, tags such as `@Image12`. Sent again unchanged it is the version that is there.',
      security: keyNeeded,
      request: { params, body: jsonBody(newTemplateSchema) },
      responses: {
        200: json(templateSchema, 'As it was already.'),
        201: json(templateSchema, 'A new version.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const { duration, text, fields, description } = c.req.valid('json');
      const template = { name, text, fields, description, durationSeconds: duration };
      const { row, isNew, notes } = await putTemplate(store, accountOf(c).accountId, template);
      if (!isNew) return c.json(present(row, notes), 200);
      c.header('Location', links.absolute(`/v1/templates/${name}?version=${row.version}`));
      return c.json(present(row, notes), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/templates',
      summary: 'Your templates, each in its newest version, by name',
      operationId: 'listTemplates',
      tags: ['Templates and bundles'],
      description: 'Earlier versions are read by their number.',
      security: keyNeeded,
      request: { query: namesQuerySchema },
      responses: { 200: json(templatePageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const after = cursor === undefined ? undefined : readCursor(cursor, nameCursor).name;
      const { rows, next } = await listTemplates(store, accountOf(c).accountId, { after, limit });
      const next_cursor = next === undefined ? null : writeCursor({ name: next });
      return c.json({ object: 'list' as const, data: rows.map(presentStored), next_cursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/templates/{name}',
      summary: 'One template',
      operationId: 'getTemplate',
      tags: ['Templates and bundles'],
      description: 'In its newest version, or in that which `version` names.',
      security: keyNeeded,
      request: { params, query: versionQuerySchema },
      responses: { 200: json(templateSchema, 'The template.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const row = await need(accountOf(c).accountId, name, c.req.valid('query').version);
      return c.json(presentStored(row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/templates/{name}/preview',
      summary: 'The prompts of a few rows, or what is wrong with each',
      operationId: 'previewTemplate',
      tags: ['Templates and bundles'],
      description: 'Makes nothing and costs nothing.',
      security: keyNeeded,
      request: { params, body: jsonBody(previewRequestSchema) },
      responses: { 200: json(previewSchema, 'One entry for each row, in order.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const { rows, version, duration } = c.req.valid('json');
      const { text, fields, ...template } = await need(accountOf(c).accountId, name, version);
      const render = promptRenderer({ text, fields: fields ?? undefined, durationSeconds: duration });
      const rendered = rows.map((row, index): TemplatePreview['rows'][number] => {
        const made = render(row as Record<string, Json>);
        return 'faults' in made
          ? { index, prompt: null, faults: made.faults, notes: [] }
          : { index, prompt: made.prompt, faults: [], notes: made.notes };
      });
      return c.json(
        { object: 'template_preview' as const, name, version: template.version, rows: rendered },
        200,
      );
    },
  );

  async function need(accountId: string, name: string, version: number | undefined): Promise<TemplateRow> {
    const row = await findTemplate(store, accountId, name, version);
    if (row !== undefined) return row;
    const which = version === undefined ? name : `${name}@${version}`;
    throw new AppError('not_found', `There is no template ${which} in this account.`, {
      hint: 'GET /v1/templates lists them.',
    });
  }
}

const presentStored = (row: TemplateRow) => present(row, lintStored(row, undefined));

const present = (row: TemplateRow, notes: readonly LintNote[]): Template => ({
  object: 'template',
  name: row.name,
  version: row.version,
  text: row.text,
  fields: row.fields,
  description: row.description,
  hash: row.hash,
  notes: notes.map(({ severity, code, message, line }) => ({ severity, code, message, line: line ?? null })),
  created_at: row.createdAt.toISOString(),
});
