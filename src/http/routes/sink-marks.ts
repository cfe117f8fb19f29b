import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  dueRequestSchema,
  dueSchema,
  marksRequestSchema,
  marksSchema,
  sinkName,
} from '../../contract/sink-marks.ts';
import { workflowName } from '../../contract/workflow.ts';
import { keepMarks, readLiveVersions, readMarks } from '../../store/sink-marks.ts';
import { findWorkflow } from '../../store/workflows.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { publicUrls } from '../present-record.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({
  name: workflowName.openapi({ param: { name: 'name', in: 'path' } }),
  sink: sinkName.openapi({ param: { name: 'sink', in: 'path' } }),
});

/** What a sink was told of records, so that a run tells it of those alone that have changed since. */
export function sinkMarkRoutes(app: OpenAPIHono<Env>, { store, links }: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/sinks/{sink}/due',
      summary: 'Which of up to 10,000 records a sink has not been told of as they are shown now',
      operationId: 'findDueRecords',
      tags: ['Records'],
      description:
        'Due is a record whose live version, address or tag is another one than was marked as delivered last, or that never was; and one that was, and shows nothing any more: rejected, deleted, or its workflow is not published now. Changes nothing; a POST, since keys are many.',
      security: keyNeeded,
      request: { params, body: jsonBody(dueRequestSchema) },
      responses: { 200: json(dueSchema, 'Those that are due.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { name, sink } = c.req.valid('param');
      const { rows, again } = c.req.valid('json');
      const publicId = (await findWorkflow(store, owner, name))?.publicId ?? null;
      const keys = rows.map(({ key }) => key);
      const live = new Map(
        publicId === null
          ? []
          : (await readLiveVersions(store, owner, name, keys)).map(({ key, version }) => [key, version]),
      );
      const marks = new Map(
        (await readMarks(store, { owner, workflow: name, sink }, keys)).map((mark) => [mark.key, mark]),
      );
      const isDue = ({ key, tag }: (typeof rows)[number]) => {
        const mark = marks.get(key);
        const version = live.get(key);
        if (version === undefined) return mark !== undefined && (again || mark.version !== null);
        return (
          again ||
          mark?.version !== version ||
          mark.tag !== tag ||
          mark.videoUrl !== publicUrls(links, { publicId, key })?.video
        );
      };
      const records = rows.filter(isDue).map(({ key }) => ({
        key,
        telling: (marks.get(key)?.telling ?? 0) + 1,
        shown: live.has(key),
      }));
      const shown = rows.filter(({ key }) => live.has(key)).length;
      const delivered = shown - records.filter((record) => record.shown).length;
      return c.json({ object: 'due' as const, records, delivered }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/sinks/{sink}/delivered',
      summary: 'Note what a sink has taken of up to 1,000 records',
      operationId: 'markDelivered',
      tags: ['Records'],
      description:
        'After the sink has acknowledged it: whoever dies in between tells it again. Of a key that is named twice the last counts.',
      security: keyNeeded,
      request: { params, body: jsonBody(marksRequestSchema) },
      responses: { 200: json(marksSchema, 'How many were noted.'), ...refusals },
    }),
    async (c) => {
      const { name, sink } = c.req.valid('param');
      const place = { owner: accountOf(c), workflow: name, sink };
      const marks = c.req
        .valid('json')
        .records.map(({ video_url: videoUrl, ...mark }) => ({ ...mark, videoUrl }));
      return c.json({ object: 'marks' as const, marked: await keepMarks(store, place, marks) }, 200);
    },
  );
}
