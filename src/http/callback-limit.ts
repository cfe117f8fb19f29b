/** Lets a callback about an attempt be read, or not just now. */
export type CallbackLimit = (attemptId: string) => boolean;

const mostAMinute = 20;
const minuteMs = 60_000;
const mostKept = 10_000;

/**
 * To read a callback may take a call to its provider, with the operator's key: whoever knows the address, as the owner of
 * the attempt does, must not use up what the provider allows everybody. A provider calls a few times about one job.
 */
export function createCallbackLimit(now: () => number = Date.now): CallbackLimit {
  const counts = new Map<string, { since: number; count: number }>();
  return (attemptId) => {
    const known = counts.get(attemptId);
    const isFresh = known !== undefined && now() - known.since < minuteMs;
    const { since, count } = isFresh ? known : { since: now(), count: 0 };
    if (count >= mostAMinute) return false;
    // Set anew, so that the one that was read longest ago is the first to be forgotten.
    counts.delete(attemptId);
    counts.set(attemptId, { since, count: count + 1 });
    for (const oldest of counts.keys()) {
      if (counts.size <= mostKept) break;
      counts.delete(oldest);
    }
    return true;
  };
}
