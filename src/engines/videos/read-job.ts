import { z } from 'zod';
import type { CheckResult, EngineFailure, JobState } from '../../domain/engine.ts';
import { ofServer } from '../ask-server.ts';
import type { Answer } from '../json-api.ts';
import { said as inBounds } from '../provider-results.ts';

/** A job as a server tells of it. `status` is a text: a server may say a word that nobody has heard of. */
export const videoSchema = z.object({
  id: z.string().regex(/^[\w-]{1,200}$/),
  status: z.string(),
  /** 0 to 100. */
  progress: z.number().nullish(),
  error: z.object({ code: z.union([z.string(), z.number()]).nullish(), message: z.string() }).nullish(),
});

type Video = z.infer<typeof videoSchema>;

/** What an answer to a check means. Only a clear word is an end. */
export function readJob(reply: Answer, handle: { server: string; contentUrl: string }): CheckResult {
  const { server } = handle;
  if (reply.status !== 'answered') return { status: 'unavailable', message: ofServer(server, reply.message) };
  const { code, body, retryAfterSeconds } = reply;
  if (code === 200) {
    const video = videoSchema.safeParse(body);
    return video.success
      ? stateOf(video.data, handle.contentUrl)
      : {
          status: 'unavailable',
          message: ofServer(server, 'It answered 200 and said nothing of a job.'),
        };
  }
  const said = saidIn(body);
  // Not any 404: one of a proxy says nothing about the job.
  if (code === 404 && said !== undefined) return { status: 'unknown', message: ofServer(server, said) };
  return {
    status: 'unavailable',
    message: ofServer(server, said ?? `It answered ${code}.`),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

const ended: Record<string, (video: Video, contentUrl: string) => JobState> = {
  completed: (_, url) => ({
    status: 'done',
    output: { url },
    // The machine is the operator's own.
    usage: { billedSeconds: null, costMicroUsd: null },
  }),
  failed: (video) => failureOf(video),
  cancelled: () => ({ status: 'canceled' }),
  canceled: () => ({ status: 'canceled' }),
  deleted: () => ({ status: 'canceled' }),
};

function stateOf(video: Video, contentUrl: string): JobState {
  const end = ended[video.status];
  if (end !== undefined) return end(video, contentUrl);
  const { progress } = video;
  return {
    status: 'pending',
    ...(progress === null || progress === undefined
      ? {}
      : { progress: Math.min(1, Math.max(0, progress / 100)) }),
  };
}

function failureOf({ error }: Video): EngineFailure {
  const code = error?.code ?? undefined;
  const isRejected = typeof code === 'string' && /safety|moderation|content_policy/i.test(code);
  // What the request itself is to blame for fails again; a lost worker or a full card does not have to.
  const isOfRequest = Number(code) >= 400 && Number(code) < 500;
  return {
    status: 'failed',
    code: isRejected ? 'content_rejected' : 'engine_failed',
    message: inBounds(error?.message ?? 'The server failed and did not say why.'),
    retryable: !isRejected && !isOfRequest,
  };
}

/** What an error body says, in any of the forms of FastAPI, vLLM and OpenAI. Undefined if it says nothing that is known. */
export function saidIn(body: unknown): string | undefined {
  const words = wordsIn(body);
  return words === undefined ? undefined : inBounds(words);
}

function wordsIn(body: unknown): string | undefined {
  const said = errorSchema.safeParse(body);
  if (!said.success) return undefined;
  const { detail, error, message } = said.data;
  if (typeof detail === 'string') return detail;
  if (detail !== undefined)
    return detail
      .map(({ loc = [], msg }) => [loc.join('.'), msg].filter((part) => part !== '').join(': '))
      .join('; ');
  return typeof error === 'string' ? error : (error?.message ?? message);
}

const errorSchema = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])).optional(), msg: z.string() })),
    ]),
    error: z.union([z.string(), z.object({ message: z.string() })]),
    message: z.string(),
  })
  .partial();
