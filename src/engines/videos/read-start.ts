import type { StartResult } from '../../domain/engine.ts';
import { ofServer } from '../ask-server.ts';
import type { Answer } from '../json-api.ts';
import { failure, isCertainRefusal, lost, unreached } from '../provider-results.ts';
import { saidIn, videoSchema } from './read-job.ts';

/** What became of a start, and whether the server is to be left alone because of it. */
export interface Started {
  result: StartResult;
  /** Why nothing more should go to this server for a while. */
  trouble: string | undefined;
}

/** What an answer to `POST /v1/videos` means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(answer: Answer, server: string): Started {
  if (answer.status === 'unreached')
    return inTrouble(unreached(ofServer(server, answer.message)), answer.message);
  if (answer.status === 'lost') return inTrouble(lost(ofServer(server, answer.message)), answer.message);
  const { code, body } = answer;
  if (code >= 200 && code < 300) {
    const video = videoSchema.safeParse(body);
    if (!video.success) return well(lost(ofServer(server, `It answered ${code} and named no job.`)));
    return well({ status: 'accepted', handle: { server, video_id: video.data.id }, notes: [] });
  }
  const words = saidIn(body);
  const message = ofServer(server, words ?? `It answered ${code}.`);
  if (code === 400 || code === 413 || code === 422)
    return well(failure('engine_failed', message, { retryable: false }));
  const trouble = `It answered ${code}${words === undefined ? '.' : `: ${words}`}`;
  // None of it is the fault of the request: another server, or the same one later, may take it. The word of a proxy is
  // not that of the server: only where the server itself has spoken is it certain that there is no job.
  if (isCertainRefusal(code) || (code === 503 && words !== undefined))
    return inTrouble(unreached(message), trouble);
  return inTrouble(lost(message), trouble);
}

const well = (result: StartResult): Started => ({ result, trouble: undefined });

const inTrouble = (result: StartResult, trouble: string): Started => ({ result, trouble });
