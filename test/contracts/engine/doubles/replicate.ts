import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Asked, type Dialect, other, type ToldJob, type WireReply } from './dialect.ts';

const [ours, theirs] = [Buffer.alloc(32, 5), Buffer.alloc(32, 6)];

const createSchema = z.object({
  input: z.object({
    prompt: z.string(),
    duration: z.number(),
    aspect_ratio: z.string(),
    generate_audio: z.boolean(),
    seed: z.number(),
    image: z.string().optional(),
    reference_images: z.array(z.string()).default([]),
    reference_videos: z.array(z.string()).default([]),
    reference_audios: z.array(z.string()).default([]),
  }),
  webhook: z.string().optional(),
});

/** Replicate's predictions: protocols 4.1, 4.2, 4.4. */
export const replicate: Dialect = {
  read({ method, url, headers, body }): Asked | undefined {
    const { pathname: path, origin } = url;
    if (headers['authorization'] !== 'Bearer r8-token')
      return other({ title: 'Unauthenticated', detail: 'Who is it?', status: 401 }, 401);
    if (path === '/v1/webhooks/default/secret') return other({ key: `whsec_${ours.toString('base64')}` });
    if (path === '/v1/files' && method === 'POST')
      return other({ id: 'file', urls: { get: `${origin}/v1/files/file` } }, 201);
    const [, jobId, end] = /^\/v1\/predictions\/([\w-]+)(\/cancel)?$/.exec(path) ?? [];
    if (jobId !== undefined)
      return end === undefined
        ? { what: 'check', jobId, view: 'prediction' }
        : { what: 'cancel', jobId, ifQueued: false };
    if (path !== '/v1/models/bytedance/seedance-2.0/predictions' || method !== 'POST') return undefined;
    const { input, webhook } = createSchema.parse(body);
    return {
      what: 'start',
      job: {
        prompt: input.prompt,
        durationSeconds: input.duration,
        ratio: input.aspect_ratio,
        audio: input.generate_audio,
        seed: input.seed,
        references: {
          image: input.reference_images.length + (input.image === undefined ? 0 : 1),
          video: input.reference_videos.length,
          audio: input.reference_audios.length,
        },
        callbackUrl: webhook,
        echo: {},
      },
    };
  },

  started: (job) => ({ status: 201, body: predictionOf(job) }),
  checked: (job) => ({ status: 200, body: predictionOf(job) }),
  canceled: (job) => ({ status: 200, body: predictionOf(job) }),

  refused({ status, code, message }): WireReply {
    if (code === 'unknown_job')
      return { status: 404, body: { title: 'Not found', detail: message, status: 404 } };
    if (code === 'content_rejected')
      return {
        status: 422,
        body: { detail: `The input was flagged as sensitive. (E005) ${message}`, status },
      };
    return { status, body: { detail: message, status } };
  },

  callback({ jobId, status }, { forged }) {
    const body = JSON.stringify({ id: jobId, status, output: null, error: null });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const id = `msg_${jobId}`;
    const mac = createHmac('sha256', forged ? theirs : ours)
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    return {
      body,
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` },
    };
  },
};

const words: Record<string, string> = { queued: 'starting', running: 'processing' };

function predictionOf({ jobId, status, outputUrl, error }: ToldJob) {
  return {
    id: jobId,
    model: 'bytedance/seedance-2.0',
    status: words[status] ?? status,
    output: outputUrl,
    error: error === null ? null : errorOf(error),
    logs: '',
    data_removed: false,
  };
}

function errorOf({ code, message, retryable }: NonNullable<ToldJob['error']>): string {
  if (code === 'content_rejected') return `The input or output was flagged as sensitive. (E005) ${message}`;
  return retryable ? `Prediction timed out. ${message}` : message;
}
