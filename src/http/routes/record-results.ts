import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { resultsRequestSchema, resultsSchema } from '../../contract/record-results.ts';
import { workflowName } from '../../contract/workflow.ts';
import { readRecordResults } from '../../store/record-results.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentVideo } from '../present-generation.ts';
import { publicUrls } from '../present-record.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: workflowName.openapi({ param: { name: 'name', in: 'path' } }) });

/** What came of many records at once, for whoever writes it back to where the records are from (R56). */
export function recordResultRoutes(app: OpenAPIHono<Env>, { store, links }: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/results',
      summary: 'What came of up to 500 records: the newest version of each, and the one that is shown',
      operationId: 'getRecordResults',
      tags: ['Records'],
      description:
        'Keys without a record are not in the answer. Changes nothing; a POST, since keys are many.',
      security: keyNeeded,
      request: { params, body: jsonBody(resultsRequestSchema) },
      responses: { 200: json(resultsSchema, 'In no particular order.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const rows = await readRecordResults(store, accountOf(c), name, c.req.valid('json').keys);
      const data = rows.map((row) => {
        const urls = publicUrls(links, row);
        return {
          key: row.key,
          record_id: row.recordId,
          version: row.version,
          state: row.state,
          generation_id: row.generationId,
          credits: row.chargedCredits,
          error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
          output: row.made === null ? null : presentVideo(row.made, links),
          live:
            row.live === null
              ? null
              : {
                  version: row.live.version,
                  generation_id: row.live.generationId,
                  credits: row.live.credits,
                  output: presentVideo(row.live, links),
                  video_url: urls?.video ?? null,
                  poster_url: urls?.poster ?? null,
                },
        };
      });
      return c.json({ object: 'list' as const, data }, 200);
    },
  );
}
