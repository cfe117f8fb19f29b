import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { exportQuerySchema } from '../../contract/generation-export.ts';
import { pageGenerations } from '../../store/page-generations.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { logFormats } from '../generation-log.ts';
import { reportFilter } from '../report-filter.ts';
import { keyNeeded, refusals } from './answers.ts';

/** Rows that are in memory at once. */
const pageSize = 500;

/** The whole log of what was asked for and what came of it, as a stream. Before `/v1/generations/{id}`, which is wider. */
export function generationExportRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/export',
      summary: 'The log of your generations, oldest first, as CSV or as JSON lines',
      operationId: 'exportGenerations',
      tags: ['Reports'],
      description:
        'One line each, with prompt, plan, references, credits and a content address that stays the same and needs a key. In CSV, lists and objects are JSON, and a text that a spreadsheet would run as a formula has an apostrophe in front. What is submitted after the call is not in it. A log that could not be written to its end breaks off with the connection.',
      security: keyNeeded,
      request: { query: exportQuerySchema },
      responses: {
        200: {
          description: 'The log.',
          content: {
            'text/csv': { schema: z.string() },
            'application/x-ndjson': { schema: z.string() },
          },
        },
        ...refusals,
      },
    }),
    async (c) => {
      accountOf(c);
      const { format: name, ...query } = c.req.valid('query');
      const { filter } = await reportFilter(c, deps.store, { from: '1970-01-01T00:00:00Z', ...query });
      const format = logFormats[name];
      const pages = pageGenerations(deps.store, filter, pageSize);
      // Read before the answer begins, so that a fault can still be told as one.
      let page = await pages.next();
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          if (format.head !== '') controller.enqueue(encoder.encode(format.head));
        },
        async pull(controller) {
          try {
            if (page.done === true) return controller.close();
            const text = page.value.map((row) => format.line(row, deps.links)).join('');
            controller.enqueue(encoder.encode(text));
            page = await pages.next();
          } catch (error) {
            deps.onUnexpected(error, { id: c.get('requestId'), method: 'GET', path: c.req.path });
            controller.error(error);
          }
        },
      });
      return c.body(body, 200, {
        'Content-Type': format.contentType,
        'Content-Disposition': `attachment; filename="generations.${name}"`,
        'Cache-Control': 'no-store',
      });
    },
  );
}
