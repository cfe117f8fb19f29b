import type { Context, Hono } from 'hono';
import { AppError } from '../../../domain/errors.ts';
import { isFinal } from '../../../domain/generation.ts';
import { deleteGeneration } from '../../../store/delete-generation.ts';
import { cancelGeneration } from '../../../store/end-generation.ts';
import { findFile } from '../../../store/files.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { findGeneration, findGenerationCursor, listGenerations } from '../../../store/read-generations.ts';
import { accountOf } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { serveFile } from '../../serve-file.ts';
import { outputOf } from '../output.ts';
import { waitForEnd } from '../wait-for-end.ts';
import { createVideo } from './create-video.ts';
import { presentVideo } from './present.ts';

export const videosPath = '/openai/v1/videos';

/** How long a call that deletes waits for the work to stop. */
const stopSeconds = 10;

/** Videos: made, read, listed, downloaded, deleted. */
export function videoRoutes(app: Hono<Env>, deps: HttpDeps): void {
  app.post(videosPath, async (c) => c.json(presentVideo(await createVideo(c, deps)), 200));

  app.get(videosPath, async (c) => {
    const { after, limit, oldestFirst } = readPage(c);
    const owner = accountOf(c);
    const cursor = after === undefined ? undefined : await findGenerationCursor(deps.store, owner, after);
    if (after !== undefined && cursor === undefined) throw noVideo(after);
    const page = await listGenerations(deps.store, { owner, filter: {}, after: cursor, limit, oldestFirst });
    const data = page.generations.map(presentVideo);
    const ids = { first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return c.json({ object: 'list', data, ...ids, has_more: page.next !== undefined });
  });

  app.get(`${videosPath}/:id`, async (c) => c.json(presentVideo(await find(c, deps))));

  app.get(`${videosPath}/:id/content`, async (c) => {
    const row = await find(c, deps);
    const fileId = contentOf(row, deps, c.req.query('variant') ?? 'video');
    const file = await findFile(deps.store, row.accountId, fileId);
    if (file === undefined)
      throw new AppError('not_found', `The content of the video ${row.id} has been deleted.`);
    return serveFile(c, deps.files, file, { name: row.id, download: true, crossOrigin: false });
  });

  app.delete(`${videosPath}/:id`, async (c) => {
    const owner = accountOf(c);
    const { id, status } = await find(c, deps);
    if (!isFinal(status)) {
      await cancelGeneration(deps.store, owner, id, owner.keyId);
      await waitForEnd(deps, owner, { id, seconds: stopSeconds, signal: c.req.raw.signal });
    }
    const deleted = await deleteGeneration(deps.store, owner, id, owner.keyId);
    if (deleted === undefined) throw noVideo(id);
    if (deleted === 'not_ended')
      throw new AppError('invalid_state', `The video ${id} is being stopped.`, {
        hint: 'Delete it again in a while; once it has stopped, it is gone.',
        retryable: true,
        retryAfterSeconds: stopSeconds,
      });
    return c.json({ id, object: 'video.deleted', deleted: true });
  });
}

async function find(c: Context<Env>, deps: HttpDeps): Promise<GenerationRow> {
  const id = c.req.param('id') ?? '';
  const row = await findGeneration(deps.store, accountOf(c), id);
  if (row === undefined || row.deletedAt !== null) throw noVideo(id);
  return row;
}

function readPage(c: Context<Env>): { after: string | undefined; limit: number; oldestFirst: boolean } {
  const { after, limit = '20', order = 'desc' } = c.req.query();
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 100)
    throw new AppError(
      'invalid_request',
      `limit must be a number from 1 to 100, not "${limit.slice(0, 20)}".`,
    );
  if (order !== 'asc' && order !== 'desc')
    throw new AppError('invalid_request', `order must be asc or desc, not "${order.slice(0, 20)}".`);
  return { after, limit: Number(limit), oldestFirst: order === 'asc' };
}

function contentOf(row: GenerationRow, deps: HttpDeps, variant: string): string {
  if (!['video', 'thumbnail'].includes(variant))
    throw new AppError(
      'invalid_request',
      `variant must be video or thumbnail, not "${variant.slice(0, 20)}".`,
    );
  const output = outputOf(row, deps.links);
  if (output !== undefined) return variant === 'video' ? output.fileId : output.posterFileId;
  const { id, status, failureMessage } = row;
  throw new AppError(
    'not_found',
    `The video ${id} has no content: it is ${status}. ${failureMessage ?? ''}`.trim(),
  );
}

const noVideo = (id: string) =>
  new AppError('not_found', `There is no video ${id.slice(0, 60)} in this account.`);
