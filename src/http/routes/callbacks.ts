import type { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { AppError } from '../../domain/errors.ts';
import { isAttemptOf, wakeAttempt } from '../../store/remote-attempts.ts';
import { createCallbackLimit } from '../callback-limit.ts';
import type { Env, HttpDeps } from '../env.ts';

const maxBytes = 1_000_000;
const attemptId = /^att_[0-9a-z]{24}$/;

/**
 * Where providers tell of an end, at `/v1/callbacks/{engine}/{attempt id}`. Not part of the API: all that a
 * callback does is that the job is read now, and a job that belongs to another attempt it cannot name.
 */
export function callbackRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const limit = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new AppError('body_too_large', `A callback has at most ${maxBytes.toLocaleString('en')} bytes.`);
    },
  });
  const allows = createCallbackLimit();
  app.post('/v1/callbacks/:engine/:attempt', limit, async (c) => {
    const { engine: name, attempt } = c.req.param();
    const engine = deps.engines.get(name)?.engine;
    if (engine?.kind !== 'remote' || engine.readCallback === undefined || !attemptId.test(attempt))
      throw nothingExpected();
    // Reading may ask the provider, so a stranger cannot have us do it.
    if (!(await isAttemptOf(deps.store, attempt, name))) throw nothingExpected();
    if (!allows(attempt))
      throw new AppError('unavailable', 'Too many callbacks have come about this job.', {
        hint: 'Call again in a minute.',
        retryable: true,
        retryAfterSeconds: 60,
      });
    const callback = { attemptId: attempt, headers: c.req.header(), body: await c.req.text() };
    const reading = await engine.readCallback(callback, {
      signal: AbortSignal.timeout(engine.callSeconds * 1000),
    });
    if (reading.status === 'unverifiable')
      throw new AppError('unavailable', `Whose callback it is cannot be told just now: ${reading.message}`, {
        retryable: true,
      });
    if (reading.status === 'forged')
      throw new AppError('unauthenticated', `The callback is not the provider's: ${reading.message}`);
    await wakeAttempt(deps.store, { attemptId: attempt, engine: name, handle: reading.handle });
    deps.onAccepted();
    return c.body(null, 204);
  });
}

const nothingExpected = () => new AppError('not_found', 'No callback is expected here.');
