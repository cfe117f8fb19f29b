import { z } from 'zod';
import type { LookUpResult, SoughtAttempt } from '../../domain/engine.ts';
import { type AskServer, ofServer } from '../ask-server.ts';

/** Servers list what they were asked lately; none of them lists more at once. */
const mostListed = 100;
const listPath = `/v1/videos?limit=${mostListed}&order=desc`;

/** How far the clock of a server may be from ours. */
const clockSkewSeconds = 120;

const listSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      created_at: z.number(),
      status: z.string(),
      /** vLLM-Omni says it, SGLang does not. */
      prompt: z.string().nullish(),
    }),
  ),
});

type ListedVideo = z.infer<typeof listSchema>['data'][number];

/** The newest jobs of a server, running and ended; a string says why they cannot be told. */
export async function listVideos(
  ask: AskServer,
  origin: string,
  signal: AbortSignal,
): Promise<ListedVideo[] | string> {
  const reply = await ask({ method: 'GET', origin, path: listPath, signal });
  if (reply.status !== 'answered') return reply.message;
  const list = reply.code === 200 ? listSchema.safeParse(reply.body) : undefined;
  return list?.success === true ? list.data.data : `It answered ${reply.code} and listed no videos.`;
}

/**
 * What the servers can tell of a start that was not answered. None of them knows our attempt id, so that a job which looks
 * like it may be that of somebody else, with other references: such a one a person has to compare, unless it is known to be
 * another attempt's. That there is none is certain once every server has said so.
 */
export async function lookUpVideo(
  { plan, startedSecondsAgo, isAnothers }: SoughtAttempt,
  options: { ask: AskServer; origins: readonly string[]; signal: AbortSignal; now: number },
): Promise<LookUpResult> {
  const { ask, origins, signal, now } = options;
  const since = now / 1_000 - startedSecondsAgo - clockSkewSeconds;
  const isAlike = ({ created_at: at, prompt }: ListedVideo) =>
    at >= since && (prompt === null || prompt === undefined || prompt === plan.prompt);
  const lists = await Promise.all(
    origins.map(async (origin) => ({ origin, listed: await listVideos(ask, origin, signal) })),
  );
  const alike: string[] = [];
  for (const { origin, listed } of lists) {
    if (typeof listed === 'string') return { status: 'unavailable', message: ofServer(origin, listed) };
    if (listed.length >= mostListed && listed.every(({ created_at: at }) => at >= since))
      return {
        status: 'undecided',
        message: ofServer(origin, 'It has made so much since then that its list does not reach back.'),
      };
    for (const { id } of listed.filter(isAlike))
      if ((await isAnothers?.({ server: origin, video_id: id })) !== true)
        alike.push(`${origin}/v1/videos/${id}`);
  }
  if (alike.length === 0) return { status: 'not_found' };
  return {
    status: 'undecided',
    message: `Its answer was lost, and it may be one of these, which were asked for at that time: ${alike.join(', ')}.`,
  };
}
