/** Where a generation stands among those that wait for the same engine. */
export interface Standing {
  /** From 1, among those of its batch. */
  placeInLane: number;
  /** How many wait in each other lane of its account. */
  otherLanes: readonly number[];
  /** How many wait of each other account. */
  otherAccounts: readonly number[];
}

/** What the engine and the account can do at once. */
export interface Pace {
  slots: number;
  running: number;
  accountLimit: number;
  accountRunning: number;
  /** How long one such video takes: a median, or what the engine says before there is one. */
  secondsEach: number;
}

export interface QueuePlace {
  /** How many of its account go first. */
  aheadInAccount: number;
  /** How many go first in all. */
  ahead: number;
}

/** Lanes and accounts take turns, so of each other one no more go first than of the own one. */
export function placeOf({ placeInLane, otherLanes, otherAccounts }: Standing): QueuePlace {
  const before = placeInLane - 1;
  const turns = (sizes: readonly number[], most: number) =>
    sizes.reduce((sum, size) => sum + Math.min(size, most), 0);
  const aheadInAccount = before + turns(otherLanes, before);
  return { aheadInAccount, ahead: aheadInAccount + turns(otherAccounts, aheadInAccount) };
}

/** Seconds until it is expected to begin, and until it is expected to be ready. */
export function etaOf(place: QueuePlace, pace: Pace): { beginSeconds: number; readySeconds: number } {
  const { slots, running, accountLimit, accountRunning, secondsEach } = pace;
  const rounds = Math.max(
    roundsBefore(place.ahead, slots, running),
    roundsBefore(place.aheadInAccount, accountLimit, accountRunning),
  );
  const beginSeconds = Math.round(rounds * secondsEach);
  return { beginSeconds, readySeconds: Math.round((rounds + 1) * secondsEach) };
}

/** How many rounds of `slots` at once come first, where `running` of them are taken already. */
function roundsBefore(ahead: number, slots: number, running: number): number {
  const free = Math.max(0, slots - running);
  return ahead < free ? 0 : Math.ceil((ahead + 1 - free) / Math.max(1, slots));
}

/** Seconds until `left` videos are ready that begin as soon as there is room for them. */
export function etaOfMany(left: number, pace: Omit<Pace, 'running' | 'accountRunning'>): number {
  const atOnce = Math.max(1, Math.min(pace.slots, pace.accountLimit));
  return Math.round(Math.ceil(left / atOnce) * pace.secondsEach);
}
