import { z } from 'zod';
import type { Asked, Dialect, ToldJob, WireReply } from './dialect.ts';

const createSchema = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
  callback_url: z.string().optional(),
  ratio: z.string(),
  duration: z.number(),
  seed: z.number(),
  generate_audio: z.boolean(),
  execution_expires_after: z.number(),
});

const tasks = '/api/v3/contents/generations/tasks';

/** ModelArk's tasks: protocols 3.1 to 3.4, 3.8. */
export const ark: Dialect = {
  read({ method, url, headers, body }): Asked | undefined {
    if (headers['authorization'] !== 'Bearer ark-key')
      return { what: 'other', reply: { status: 401, body: refusalOf('AuthenticationError', 'Who is it?') } };
    const { pathname: path, searchParams: query } = url;
    if (path === tasks && method === 'GET')
      return { what: 'list', number: Number(query.get('page_num')), size: Number(query.get('page_size')) };
    if (path.startsWith(`${tasks}/`)) {
      const jobId = path.slice(tasks.length + 1);
      return method === 'DELETE'
        ? { what: 'cancel', jobId, ifQueued: true }
        : { what: 'check', jobId, view: 'task' };
    }
    if (path !== tasks || method !== 'POST') return undefined;
    const asked = createSchema.parse(body);
    const count = (type: string) => asked.content.filter((item) => item.type === type).length;
    return {
      what: 'start',
      job: {
        prompt: asked.content.find(({ type }) => type === 'text')?.text ?? '',
        durationSeconds: asked.duration,
        ratio: asked.ratio,
        audio: asked.generate_audio,
        seed: asked.seed,
        references: { image: count('image_url'), video: count('video_url'), audio: count('audio_url') },
        callbackUrl: asked.callback_url,
        echo: { e: asked.execution_expires_after, s: asked.seed, d: asked.duration, r: asked.ratio },
      },
    };
  },

  started: ({ jobId }) => ({ status: 200, body: { id: jobId } }),
  checked: (job) => ({ status: 200, body: taskOf(job) }),
  canceled: ({ status }): WireReply =>
    status === 'queued' ? { status: 200 } : { status: 409, body: refusalOf('InvalidAction', 'It runs.') },

  refused({ status, code, message }) {
    if (code === 'unknown_job') return { status: 404, body: refusalOf('NotFound', message) };
    if (code === 'content_rejected')
      return { status: 400, body: refusalOf('InputTextSensitiveContentDetected', message) };
    if (status === 429) return { status, body: refusalOf('RateLimitExceeded.EndpointRPMExceeded', message) };
    return { status, body: refusalOf(status >= 500 ? 'InternalServiceError' : 'InvalidParameter', message) };
  },

  listed(jobs, { number, size }) {
    const items = jobs.slice((number - 1) * size, number * size).map(taskOf);
    return { status: 200, body: { items, total: jobs.length } };
  },

  // Unsigned as it is, a forgery can only name another task.
  callback({ jobId, status }, { forged }) {
    const id = forged ? 'job_of_somebody_else' : jobId;
    return { headers: {}, body: JSON.stringify({ id, status, created_at: 0 }) };
  },
};

const refusalOf = (code: string, message: string) => ({ error: { code, message } });

function taskOf({ jobId, status, outputUrl, error, echo, acceptedAt }: ToldJob) {
  const seconds = Number(echo['d'] ?? 5);
  return {
    id: jobId,
    model: 'dreamina-seedance-2-0-260128',
    status: status === 'canceled' ? 'cancelled' : status,
    error: error === null ? null : { code: codeOf(error), message: error.message },
    content: outputUrl === null ? null : { video_url: outputUrl },
    usage: status === 'succeeded' ? { completion_tokens: 21_600 * seconds + 900, total_tokens: 0 } : null,
    created_at: Math.floor(acceptedAt / 1_000),
    seed: echo['s'],
    duration: seconds,
    ratio: echo['r'],
    execution_expires_after: echo['e'],
  };
}

function codeOf({ code, retryable }: NonNullable<ToldJob['error']>): string {
  if (code === 'content_rejected') return 'OutputVideoSensitiveContentDetected';
  return retryable ? 'InternalServiceError' : 'InvalidParameter';
}
