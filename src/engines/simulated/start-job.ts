import { createHash } from 'node:crypto';
import type { Simulate } from '../../contract/simulate.ts';
import type { Book, BookJob } from './book.ts';
import { type Reply, refusal } from './reply.ts';
import { overDefaults, type Script, scriptOf } from './script.ts';
import { jobRequestSchema } from './wire.ts';

/** `POST /jobs`. What is accepted stands in the book before a word of it is said. */
export function startJob(
  { body, idempotencyKey }: { body: unknown; idempotencyKey: string | null },
  given: {
    book: Book;
    defaults: Simulate;
    onAccepted(job: BookJob): void;
    accepted(job: BookJob): Reply;
  },
): Reply {
  const { book, defaults, onAccepted, accepted } = given;
  const parsed = jobRequestSchema.safeParse(body);
  if (!parsed.success)
    return refusal(400, { code: 'invalid_request', message: parsed.error.message }, { accepted: false });
  const { simulate: own = {}, ...request } = parsed.data;
  const { attempt_id, callback_url: _, ...asked } = parsed.data;
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest('hex');

  const known = idempotencyKey === null ? undefined : book.jobOfKey(idempotencyKey);
  if (known !== undefined && known.fingerprint !== fingerprint)
    return refusal(409, {
      code: 'idempotency_conflict',
      message: `The key ${idempotencyKey} was used for another request.`,
    });
  if (known !== undefined) return accepted(known);

  const simulate = overDefaults(defaults, own);
  const { start, acceptDelaySeconds: delaySeconds } = scriptOf(simulate, request.seed);
  const isTurnedAway = 'times' in start && book.turnedAway(fingerprint) < start.times;
  if (isTurnedAway) book.turnAway({ attempt_id, fingerprint, answer: start.answer });
  const refused = isTurnedAway || start.answer === 'refuse' ? refusalOf(start) : undefined;
  if (refused !== undefined) return refused;

  const job = book.accept({ idempotencyKey, fingerprint, request, simulate });
  onAccepted(job);
  if (start.answer === 'lost_after') return { kind: 'cut' };
  if (start.answer === 'hang') return { kind: 'silence' };
  const reply = accepted(job);
  return reply.kind === 'json' ? { ...reply, delaySeconds } : reply;
}

function refusalOf(start: Script['start']): Reply | undefined {
  switch (start.answer) {
    case 'rate_limited':
      return refusal(
        429,
        { code: 'rate_limited', message: 'Too many requests; nothing was accepted.' },
        { accepted: false, retryAfterSeconds: start.retry_after_seconds },
      );
    case 'unavailable':
      return refusal(
        503,
        { code: 'unavailable', message: 'There is no room just now; nothing was accepted.' },
        { accepted: false, retryAfterSeconds: start.retry_after_seconds },
      );
    case 'lost_before':
      return { kind: 'cut' };
    case 'refuse':
      return start.reason === 'content'
        ? refusal(
            422,
            { code: 'content_rejected', message: 'The simulated content filter refused this request.' },
            { accepted: false },
          )
        : refusal(
            400,
            { code: 'invalid_request', message: 'The simulated provider finds this request invalid.' },
            { accepted: false },
          );
    default:
      return undefined;
  }
}
