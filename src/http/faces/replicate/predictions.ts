import type { Context, Hono } from 'hono';
import { AppError } from '../../../domain/errors.ts';
import { isFinal } from '../../../domain/generation.ts';
import { cancelGeneration } from '../../../store/end-generation.ts';
import { findGeneration, listGenerations } from '../../../store/read-generations.ts';
import { accountOf } from '../../auth.ts';
import { generationCursorSchema, readCursor, writeCursor } from '../../cursor.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { readJsonObject } from '../read-json.ts';
import { submitTranslated } from '../translated.ts';
import { waitForEnd } from '../wait-for-end.ts';
import { predictionsPath, presentCreated, presentPrediction } from './present.ts';
import { readPrediction, requireModel } from './read-prediction.ts';

const pageSize = 100;

/** Predictions: made, waited for, read, listed, canceled. */
export function predictionRoutes(app: Hono<Env>, deps: HttpDeps): void {
  app.post(predictionsPath, async (c) => {
    const body = await readJsonObject(c);
    if (body['version'] === undefined)
      throw new AppError('invalid_request', 'version is missing.', {
        hint: 'Send "version": "bytedance/seedance-2.0", or post to /models/bytedance/seedance-2.0/predictions.',
      });
    return create(c, deps, body);
  });

  app.post('/replicate/v1/models/:owner/:name/predictions', async (c) => {
    const { owner, name } = c.req.param();
    requireModel(owner, name);
    return create(c, deps, await readJsonObject(c));
  });

  app.get(predictionsPath, async (c) => {
    const links = deps.links.seenFrom(c.req.url);
    const cursor = c.req.query('cursor');
    const page = await listGenerations(deps.store, {
      owner: accountOf(c),
      filter: {},
      after: cursor === undefined ? undefined : readCursor(cursor, generationCursorSchema),
      limit: pageSize,
    });
    const next =
      page.next === undefined ? null : links.absolute(`${predictionsPath}?cursor=${writeCursor(page.next)}`);
    const results = page.generations.map((row) => presentPrediction(row, links));
    return c.json({ previous: null, next, results });
  });

  app.get(`${predictionsPath}/:id`, async (c) => c.json(await show(c, deps, c.req.param('id'))));

  app.post(`${predictionsPath}/:id/cancel`, async (c) => {
    const owner = accountOf(c);
    const id = c.req.param('id');
    const canceled = await cancelGeneration(deps.store, owner, id, owner.keyId);
    const prediction = await show(c, deps, id);
    if (canceled === 'too_late' && prediction.status !== 'canceled')
      throw new AppError('invalid_state', `The prediction ${id} has already ended: ${prediction.status}.`);
    return c.json(prediction);
  });
}

async function create(c: Context<Env>, deps: HttpDeps, body: Record<string, unknown>): Promise<Response> {
  const links = deps.links.seenFrom(c.req.url);
  const seconds = secondsToWait(c.req.header('prefer'));
  const accepted = await submitTranslated(c, deps, readPrediction(body, links));
  if (seconds === undefined) return c.json(presentCreated(accepted, links), 201);
  const { signal } = c.req.raw;
  const row = (await waitForEnd(deps, accountOf(c), { id: accepted.id, seconds, signal })) ?? accepted;
  return c.json(presentCreated(row, links), isFinal(row.status) ? 201 : 202);
}

async function show(c: Context<Env>, deps: HttpDeps, id: string) {
  const row = await findGeneration(deps.store, accountOf(c), id);
  if (row === undefined)
    throw new AppError('not_found', `There is no prediction ${id.slice(0, 60)} in this account.`);
  return presentPrediction(row, deps.links.seenFrom(c.req.url));
}

const longestSeconds = 60;

/** Of `Prefer: wait` or `wait=n`, n from 1 to 60; undefined for whoever does not want to wait. */
function secondsToWait(prefer: string | undefined): number | undefined {
  const [asked, seconds] = /^\s*wait(?:\s*=\s*(\d{1,9}))?\s*$/i.exec(prefer ?? '') ?? [];
  if (asked === undefined) return undefined;
  return seconds === undefined ? longestSeconds : Math.min(Math.max(Number(seconds), 1), longestSeconds);
}
