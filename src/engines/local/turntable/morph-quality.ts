import { createMorphStudy } from './draw-morph.ts';
import { edgeDensity } from './edge-density.ts';
import { channels, type Features } from './features.ts';
import type { Morph, Seen } from './morph.ts';

/**
 * A morph of less `quality` shows tears or ghosts on its way: a match cut or a wipe serves better. Set by looking at
 * the neighbours of six products. Below it: a headphone's side to its three-quarter view (0.20), a lamp whose shade
 * comes to stand behind its stem (0.58), a candle whose label turns out of sight (0.65). The lowest above it, 0.67,
 * holds together.
 */
export const cleanEnough = 0.66;

/** How clean the pictures between two views will be, from 0 to 1. */
export function qualityOf(morph: Omit<Morph, 'quality'>, seen: Seen): number {
  const { misfit, alone, torn } = faultsOf(seen);
  const doubled = Math.max(0, doublingOf(morph) - 1.07);
  return Math.max(0, 1 - misfit - 0.5 * alone - 1.2 * torn - 3 * doubled);
}

/**
 * Over all that either view shows: how unlike what meets remains (at most 0.5), the share that only one of them
 * shows, and the share where the motion of one row breaks away from that of the next.
 */
function faultsOf({ a, b, motion, owner }: Seen): { misfit: number; alone: number; torn: number } {
  const { width, height, across, down } = motion;
  const faults = { misfit: 0, alone: 0, torn: 0 };
  let all = 0;
  for (let at = 0; at < width * (height - 1); at++) {
    const x = at % width;
    const y = Math.floor(at / width);
    const dx = (across[at] ?? 0) / 2;
    const dy = (down[at] ?? 0) / 2;
    if (!isProduct(a, x - dx, y - dy) && !isProduct(b, x + dx, y + dy)) continue;
    all++;
    faults.misfit += Math.min(0.5, motion.misfit[at] ?? 0);
    if (Math.abs((owner[at] ?? 0.5) - 0.5) > 0.3) faults.alone++;
    if (Math.abs((across[at + width] ?? 0) - (across[at] ?? 0)) > 0.8) faults.torn++;
  }
  const share = (count: number) => count / Math.max(1, all);
  return { misfit: share(faults.misfit), alone: share(faults.alone), torn: share(faults.torn) };
}

function isProduct({ width, height, data }: Features, x: number, y: number): boolean {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(height - 1, Math.max(0, Math.round(y)));
  return (data[(row * width + column) * channels + 3] ?? 0) > 0.07;
}

/** How much more outline and print the half-way picture shows than the two photos do. */
function doublingOf(morph: Omit<Morph, 'quality'>): number {
  const pictureAt = createMorphStudy();
  const [first, middle, last] = [0, 0.5, 1].map((amount) => edgeDensity(pictureAt(morph, amount)));
  return (middle ?? 0) / Math.max(1e-6, ((first ?? 0) + (last ?? 0)) / 2);
}
