import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { standardHeaders } from '../../webhooks/sign-standard.ts';
import { fromEnvironment } from '../environment.ts';
import { environmentName, flag, webAddress } from '../spec-fields.ts';
import { markName } from './mark-name.ts';
import { admitted, openReport, toTell } from './report.ts';
import { fieldOf, resultFields } from './result-fields.ts';
import type { Sink, SinkContext, SinkResult } from './sink.ts';

/** A signed message for each made result, and for one that shows nothing any more; rehearsals are sent only where the sink says that it wants them. */
export const webhookSinkSpec = z.strictObject({
  driver: z.literal('webhook'),
  url: webAddress('url'),
  /** Holds `whsec_…`, as Standard Webhooks has it. */
  secret_env: environmentName('secret_env'),
  rehearsals: flag('rehearsals'),
  allow_local: flag('allow_local'),
});

const timeoutMs = 15_000;
const pausesMs = [1_000, 5_000, 25_000];
const longestPauseMs = 120_000;
/** After so many in a row that reached nobody, the rest would wait for nothing. */
const mostLost = 5;

export function webhookSink(spec: z.infer<typeof webhookSinkSpec>, context: SinkContext): Sink {
  const origin = new URL(spec.url).origin;
  return {
    name: `the webhook at ${origin}`,
    isWhole: false,
    marking: { name: markName(spec), tagOf: () => '' },
    async write(results, signal, onTaken) {
      const secret = secretOf(spec.secret_env, context);
      const report = openReport();
      const allowed = admitted(results, { report, allowLocal: spec.allow_local, signal });
      let lost = 0;
      for await (const result of toTell(allowed, report)) {
        // A receiver that does not look for the mark would take it for the real one.
        if (result.rehearsal && !spec.rehearsals) {
          report.checked();
          continue;
        }
        const sent = await send(result, { url: spec.url, secret, context, signal });
        if (sent.as === 'taken') {
          report.written();
          await onTaken?.(result);
        } else report.refuse(result.key, sent.why);
        lost = sent.as === 'lost' ? lost + 1 : 0;
        if (lost === mostLost)
          throw new AppError(
            'unavailable',
            `The receiver at ${origin} took none of ${mostLost} messages: ${sent.as === 'lost' ? sent.why : ''}`,
            {
              retryable: true,
              hint: 'Run again when it answers: messages keep their ids, so that it can tell those it has.',
            },
          );
      }
      return report.close();
    },
  };
}

function secretOf(variable: string, context: SinkContext): string {
  const secret = fromEnvironment(variable, context);
  if (/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)) return secret;
  throw new AppError('invalid_request', `${variable} is not a secret of Standard Webhooks.`, {
    hint: 'It is whsec_ and at least 24 random bytes in base64: echo "whsec_$(openssl rand -base64 32)".',
  });
}

/** The same until the receiver has taken it; a version that it is told of once more, after another one, has another. */
function messageId({
  key,
  record_id: record,
  version,
  video_url: url,
  generation_id,
  telling,
}: SinkResult): string {
  const parts =
    telling === undefined ? [key, generation_id] : [telling.sink, record, telling.number, version, url];
  return `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

type Sent = { as: 'taken' } | { as: 'refused'; why: string } | { as: 'lost'; why: string };

interface Sending {
  url: string;
  secret: string;
  context: SinkContext;
  signal: AbortSignal;
}

async function send(result: SinkResult, { url, secret, context, signal }: Sending): Promise<Sent> {
  const fields = Object.fromEntries(resultFields.map((field) => [field, fieldOf(result, field)]));
  const id = messageId(result);
  for (let tries = 0; ; tries += 1) {
    const at = context.now();
    const body = JSON.stringify({
      type: 'record.video',
      timestamp: at.toISOString(),
      data: { ...fields, values: result.values },
    });
    const answer = await post(url, {
      body,
      headers: standardHeaders({ id, at, body }, [secret]),
      context,
      signal,
    });
    if (answer.as !== 'lost') return answer;
    const pauseMs = pausesMs[tries];
    if (pauseMs === undefined) return answer;
    await context.sleep(Math.max(pauseMs, Math.min(answer.waitMs, longestPauseMs)), signal);
  }
}

type Answer = Exclude<Sent, { as: 'lost' }> | { as: 'lost'; why: string; waitMs: number };

async function post(
  url: string,
  message: { body: string; headers: Record<string, string>; context: SinkContext; signal: AbortSignal },
): Promise<Answer> {
  const { body, headers, context, signal } = message;
  const deadline = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await context.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Kinora', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, deadline]),
    });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) throw error;
    const why = deadline.aborted ? `did not answer within ${timeoutMs / 1_000} s` : 'cannot be reached';
    return { as: 'lost', why: `the receiver ${why}.`, waitMs: 0 };
  }
  const { status } = response;
  if (status >= 200 && status < 300) return { as: 'taken' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const after = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      as: 'lost',
      why: `the receiver answered ${status}.`,
      waitMs: Number.isFinite(after) ? after * 1_000 : 0,
    };
  }
  const redirected =
    status >= 300 && status < 400 ? ' A redirect is not followed: give the address it leads to.' : '';
  return { as: 'refused', why: `the receiver answered ${status}.${redirected}` };
}
