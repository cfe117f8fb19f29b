/** Where a turn is: between view `pair` and the one after it in the order, `amount` of the way. */
export interface TurnPlace {
  pair: number;
  amount: number;
}

/**
 * How much of an even pace is given up to dwell on the photos: what they show is true, what lies between is not.
 * At 0.3 the pace beside a photo is 0.7 of the mean and half-way 1.3.
 */
const dwell = 0.3;

/** Share of a turn in which it gathers pace, and again in which it comes to rest. */
const easing = 0.2;

/**
 * Where a turn through several views is at `progress` (0 to 1). `steps` holds the likeness of each view to the next
 * (0 to 1, see `orderViews`): the less alike two views are, the larger the angle between them and the more time
 * it takes, so that the product turns at one speed. It starts and ends at rest.
 */
export function turnAt({ steps }: { steps: readonly number[] }, progress: number): TurnPlace {
  if (steps.length === 0) return { pair: 0, amount: 0 };
  const angles = steps.map(angleOf);
  const whole = angles.reduce((sum, angle) => sum + angle, 0);
  let left = eased(Math.min(1, Math.max(0, progress))) * whole;
  for (const [pair, angle] of angles.entries()) {
    if (left <= angle && angle > 0) return { pair, amount: dwelling(Math.min(1, left / angle)) };
    left -= angle;
  }
  return { pair: steps.length - 1, amount: 1 };
}

/** Unlikeness says less about an angle the larger it is; even twins are some degrees apart. */
const angleOf = (likeness: number) => Math.sqrt(Math.max(0, 1 - likeness)) + 0.15;

/** Gathers pace evenly, goes on at one speed, comes to rest evenly. */
function eased(progress: number): number {
  const speed = 1 / (1 - easing);
  if (progress < easing) return (speed * progress * progress) / (2 * easing);
  if (progress > 1 - easing) return 1 - (speed * (1 - progress) ** 2) / (2 * easing);
  return speed * (progress - easing / 2);
}

/** Slower beside both ends by `dwell`, with no jump in speed from pair to pair of like angles. */
function dwelling(share: number): number {
  return share - (dwell / (2 * Math.PI)) * Math.sin(2 * Math.PI * share);
}
