import type { EngineFailure, StartResult } from '../../domain/engine.ts';
import type { Reply } from '../ask-server.ts';
import { saidIn, videoSchema } from './read-job.ts';

/** What became of a start, and whether the server is to be left alone because of it. */
export interface Started {
  result: StartResult;
  /** Why nothing more should go to this server for a while. */
  trouble: string | undefined;
}

/** What an answer to `POST /v1/videos` means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(reply: Reply, server: string): Started {
  if (reply.status === 'unreached') return inTrouble(unavailable(server, reply.message), reply.message);
  if (reply.status === 'lost') return inTrouble(lost(server, reply.message), reply.message);
  const { code, body } = reply;
  if (code >= 200 && code < 300) {
    const video = videoSchema.safeParse(body);
    if (!video.success) return well(lost(server, `it answered ${code} and named no job`));
    return well({ status: 'accepted', handle: { server, video_id: video.data.id }, notes: [] });
  }
  const said = saidIn(body) ?? `it answered ${code}`;
  if (code === 400 || code === 413 || code === 422)
    return well({ ...failure(server, said), code: 'engine_failed', retryable: false });
  // None of it is the fault of the request: another server, or the same one later, may take it.
  if (code < 500) return inTrouble(unavailable(server, said), `it answered ${code}: ${said}`);
  if (code === 503) return inTrouble(unavailable(server, said), `it answered 503: ${said}`);
  return inTrouble(lost(server, said), `it answered ${code}: ${said}`);
}

const well = (result: StartResult): Started => ({ result, trouble: undefined });

const inTrouble = (result: StartResult, trouble: string): Started => ({ result, trouble });

const failure = (server: string, said: string) => ({
  status: 'failed' as const,
  message: `The server ${server}: ${said}.`,
});

const unavailable = (server: string, said: string): EngineFailure => ({
  ...failure(server, said),
  code: 'engine_unavailable',
  retryable: true,
});

const lost = (server: string, said: string): StartResult => ({
  status: 'lost',
  message: `The server ${server}: ${said}.`,
});
