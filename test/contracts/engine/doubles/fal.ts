import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { z } from 'zod';
import { type Asked, type Dialect, other, type ToldJob, type WireReply } from './dialect.ts';

const keyOf = (byte: number) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]),
    format: 'der',
    type: 'pkcs8',
  });
const [ours, theirs] = [keyOf(7), keyOf(9)];

const inputSchema = z.object({
  prompt: z.string(),
  duration: z.string(),
  aspect_ratio: z.string(),
  generate_audio: z.boolean(),
  seed: z.number(),
  image_url: z.string().optional(),
  image_urls: z.array(z.string()).default([]),
  video_urls: z.array(z.string()).default([]),
  audio_urls: z.array(z.string()).default([]),
});

/** fal's queue: protocols 1.3, 1.5, 1.8, 1.10, 1.12. */
export const fal: Dialect = {
  read({ method, url, headers, body }): Asked | undefined {
    const { pathname: path, origin } = url;
    if (path === '/.well-known/jwks.json')
      return other({ keys: [createPublicKey(ours).export({ format: 'jwk' })] });
    if (method === 'PUT' && path.startsWith('/put/')) return other({});
    if (headers['authorization'] !== 'Key fal-key')
      return other({ detail: 'Cannot access application' }, 401);
    if (path === '/storage/upload/initiate')
      return other({ upload_url: `${origin}/put/file`, file_url: `${origin}/files/file` });
    const [, jobId, end] =
      /^\/bytedance\/seedance-2\.0\/requests\/([\w-]+)(?:\/(status|cancel))?$/.exec(path) ?? [];
    if (jobId !== undefined && end === 'cancel' && method === 'PUT')
      return { what: 'cancel', jobId, ifQueued: false };
    if (jobId !== undefined && method === 'GET') return { what: 'check', jobId, view: end ?? 'result' };
    if (method !== 'POST' || !/^\/bytedance\/seedance-2\.0\/(text|image|reference)-to-video$/.test(path))
      return undefined;
    const input = inputSchema.parse(body);
    return {
      what: 'start',
      job: {
        prompt: input.prompt,
        durationSeconds: Number(input.duration),
        ratio: input.aspect_ratio,
        audio: input.generate_audio,
        seed: input.seed,
        references: {
          image: input.image_urls.length + (input.image_url === undefined ? 0 : 1),
          video: input.video_urls.length,
          audio: input.audio_urls.length,
        },
        callbackUrl: url.searchParams.get('fal_webhook') ?? undefined,
        echo: {},
      },
    };
  },

  started: ({ jobId }) => ({
    status: 200,
    body: { status: 'IN_QUEUE', request_id: jobId, queue_position: 0 },
  }),
  checked: (job, view) => (view === 'status' ? statusOf(job) : resultOf(job)),
  canceled: () => ({ status: 202, body: { status: 'CANCELLATION_REQUESTED', success: true } }),

  refused({ status, code, message }) {
    if (code === 'unknown_job') return { status: 404, body: { status: 'NOT_FOUND' } };
    if (code === 'content_rejected')
      return { status: 422, body: detail('content_policy_violation', message) };
    return { status, body: { detail: message } };
  },

  callback({ jobId, status }, { forged }) {
    const body = JSON.stringify({
      request_id: jobId,
      gateway_request_id: jobId,
      status: status === 'succeeded' ? 'OK' : 'ERROR',
      payload: null,
    });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const message = [jobId, 'user_1', timestamp, createHash('sha256').update(body).digest('hex')].join('\n');
    return {
      body,
      headers: {
        'x-fal-webhook-request-id': jobId,
        'x-fal-webhook-user-id': 'user_1',
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': sign(null, Buffer.from(message), forged ? theirs : ours).toString('hex'),
      },
    };
  },
};

const detail = (type: string, msg: string) => ({ detail: [{ loc: ['body'], msg, type }] });

const words: Record<string, string> = { queued: 'IN_QUEUE', running: 'IN_PROGRESS', succeeded: 'COMPLETED' };

function statusOf({ jobId, status, error }: ToldJob): WireReply {
  const told = { request_id: jobId, queue_position: 0, logs: [] };
  if (status === 'failed')
    return {
      status: 200,
      body: { ...told, status: 'COMPLETED', error: error?.message, error_type: typeOf(error) },
    };
  if (status === 'canceled')
    return {
      status: 200,
      body: { ...told, status: 'COMPLETED', error: 'Cancelled', error_type: 'client_cancelled' },
    };
  return { status: status === 'succeeded' ? 200 : 202, body: { ...told, status: words[status] ?? status } };
}

function resultOf({ status, outputUrl, error }: ToldJob): WireReply {
  if (status === 'succeeded')
    return { status: 200, body: { video: outputUrl === null ? null : { url: outputUrl }, seed: 0 } };
  if (status === 'failed')
    return {
      status: error?.retryable === true ? 500 : 422,
      body: detail(typeOf(error), error?.message ?? ''),
    };
  if (status === 'canceled')
    return { status: 499, body: { detail: 'Cancelled', error_type: 'client_cancelled' } };
  return { status: 400, body: { detail: 'Request is still in progress' } };
}

function typeOf(error: ToldJob['error']): string {
  if (error?.code === 'content_rejected') return 'content_policy_violation';
  return error?.retryable === true ? 'internal_server_error' : 'no_media_generated';
}
