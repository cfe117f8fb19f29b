import { z } from 'zod';
import { type Asked, type Dialect, other, type ToldJob, type WireReply } from './dialect.ts';

const formSchema = z.object({
  prompt: z.string(),
  width: z.coerce.number(),
  height: z.coerce.number(),
  seed: z.coerce.number(),
  extra_params: z.string().transform((text) => z.object({ duration: z.number() }).parse(JSON.parse(text))),
});

const ratioOf = (width: number, height: number) =>
  width === height ? '1:1' : width > height ? '16:9' : '9:16';

/**
 * One server of open models behind `/v1/videos`: protocols 6.1 to 6.3. No word of an attempt's id goes to it: the book has
 * each job under its seed.
 */
export const videos: Dialect = {
  read({ method, url, headers, form }): Asked | undefined {
    if (headers['authorization'] !== 'Bearer videos-key') return other({ error: 'Unauthorized' }, 401);
    const { pathname: path, searchParams: query } = url;
    if (path === '/v1/videos' && method === 'GET')
      return { what: 'list', number: 1, size: Number(query.get('limit')) };
    if (path === '/v1/videos' && method === 'POST') return start(form);
    const [, jobId, content] = /^\/v1\/videos\/([\w-]+)(\/content)?$/.exec(path) ?? [];
    if (jobId === undefined) return undefined;
    if (content !== undefined) return { what: 'output', jobId };
    return method === 'DELETE'
      ? { what: 'cancel', jobId, ifQueued: false }
      : { what: 'check', jobId, view: 'video' };
  },

  started: (job) => ({ status: 200, body: videoOf(job) }),
  checked(job): WireReply {
    // What was deleted is gone.
    if (job.status === 'canceled') return unknown;
    // It has no field for its video, so that an answer with nothing in it is empty as a whole.
    return { status: 200, body: job.status === 'succeeded' && job.outputUrl === null ? {} : videoOf(job) };
  },
  canceled: ({ jobId, status }) =>
    status === 'canceled'
      ? unknown
      : { status: 200, body: { id: jobId, object: 'video.deleted', deleted: true } },
  refused: ({ status, code, message }) =>
    code === 'unknown_job'
      ? unknown
      : { status: code === 'content_rejected' ? 400 : status, body: { detail: message } },
  listed: (jobs, { size }) => ({
    status: 200,
    body: { object: 'list', data: jobs.slice(0, size).map(videoOf), has_more: jobs.length > size },
  }),
};

const unknown: WireReply = { status: 404, body: { detail: 'Video not found' } };

function start(form: FormData | undefined): Asked {
  const fields = formSchema.parse(Object.fromEntries(form ?? []));
  const { width, height, seed } = fields;
  const files = (form?.getAll('input_references') ?? []).filter((entry) => entry instanceof Blob);
  const count = (kind: string) => files.filter(({ type }) => type.startsWith(`${kind}/`)).length;
  return {
    what: 'start',
    job: {
      prompt: fields.prompt,
      durationSeconds: fields.extra_params.duration,
      ratio: ratioOf(width, height),
      size: { width, height },
      audio: true,
      seed,
      references: { image: count('image'), video: count('video'), audio: count('audio') },
      callbackUrl: undefined,
      name: bookNameOf(seed),
      echo: {},
    },
  };
}

export const bookNameOf = (seed: number) => `seed-${seed}`;

const words: Record<string, string> = { running: 'in_progress', succeeded: 'completed' };

const videoOf = ({ jobId, prompt, status, error, acceptedAt }: ToldJob) => ({
  id: jobId,
  object: 'video',
  model: 'MiniMaxAI/MiniMax-H3',
  prompt,
  status: words[status] ?? status,
  error: error === null ? null : { code: codeOf(error), message: error.message },
  created_at: Math.floor(acceptedAt / 1_000),
});

function codeOf({ code, retryable }: NonNullable<ToldJob['error']>): string {
  if (code === 'content_rejected') return 'content_policy_violation';
  return retryable ? 'EngineGenerateError' : '400';
}
