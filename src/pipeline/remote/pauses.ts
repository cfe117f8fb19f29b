/** Seconds to wait after `tries` vain ones: doubling from half a second to a minute, spread so that many do not meet. */
export function pauseAfter(tries: number, random: () => number = Math.random): number {
  return Math.min(60, 0.5 * 2 ** tries) * (0.75 + random() / 2);
}

/** Seconds until a job is looked at again that has run for some: often at first, then more rarely. */
export function checkPause(runningSeconds: number): number {
  if (runningSeconds < 30) return 2;
  if (runningSeconds < 300) return 5;
  return runningSeconds < 3_600 ? 15 : 60;
}
