import type { Check } from '../../../domain/check.ts';
import { colourDifference } from './colour-difference.ts';
import { at } from './finished-film.ts';
import type { ProductCell } from './product-cells.ts';

/** What was found of one product in one frame. */
export interface ProductLook {
  shot: number;
  seconds: number;
  cells: ProductCell[];
  /** A band of light passes over it just now, so its colours are not the photo's. */
  isSwept: boolean;
}

/** A product this little of which lies open and opaque cannot be judged. */
const fewestCells = 12;

/** Product and set must differ by this much for a cell to tell them apart. */
const telling = 4;

const leastTold = 0.1;
const leastSeen = 0.6;
const mostOff = 5;

/**
 * Where product and empty set differ, the film shows the product; and they do differ, or nobody would see it.
 * Undefined where no product was looked at.
 */
export function productVisibleCheck(looks: readonly ProductLook[]): Check | undefined {
  const judged = looks.filter(({ cells }) => cells.length >= fewestCells);
  if (looks.length === 0) return undefined;
  if (judged.length === 0)
    return {
      name: 'product_visible',
      status: 'warning',
      message: 'Too little of the product is opaque and uncovered to tell whether it is seen.',
    };
  const found = judged.map((look) => ({ look, ...visibility(look.cells) }));
  const swallowed = found.find(({ told }) => told < leastTold);
  if (swallowed !== undefined)
    return {
      ...about('product_visible', swallowed.look, { measured: swallowed.told, limit: leastTold }),
      // White on white may be what was asked for: a person has to judge.
      status: 'warning',
      message: `${whereOf(swallowed.look)} can hardly be told from the set: they differ in ${percent(swallowed.told)} of it.`,
    };
  const worst = found.reduce((one, other) => (other.seen < one.seen ? other : one));
  const is = about('product_visible', worst.look, { measured: worst.seen, limit: leastSeen });
  if (worst.seen < leastSeen)
    return {
      ...is,
      status: 'failed',
      message: `${whereOf(worst.look)} is missing: only ${percent(worst.seen)} of it looks more like the product than like the empty set.`,
    };
  return { ...is, status: 'passed', message: `Products are seen where they stand: ${percent(worst.seen)}.` };
}

/** Of all cells, the share that tells product from set; of those, the share in which the product is seen. */
function visibility(cells: readonly ProductCell[]): { told: number; seen: number } {
  const tellingCells = cells.filter(({ drawn, empty }) => colourDifference(drawn, empty) >= telling);
  const seen = tellingCells.filter(
    ({ seen, drawn, empty }) => colourDifference(seen, drawn) < colourDifference(seen, empty),
  );
  return { told: tellingCells.length / cells.length, seen: seen.length / Math.max(1, tellingCells.length) };
}

/** The median over the matte of the difference from the photo's own colours; undefined where none could be taken. */
export function productColourCheck(looks: readonly ProductLook[]): Check | undefined {
  const found = looks
    .filter(({ isSwept }) => !isSwept)
    .map((look) => ({
      look,
      differences: look.cells.flatMap(({ seen, photo }) =>
        photo === undefined ? [] : [colourDifference(seen, photo)],
      ),
    }))
    .filter(({ differences }) => differences.length >= fewestCells)
    .map(({ look, differences }) => ({ look, off: median(differences) }));
  if (found.length === 0) return undefined;
  const { look, off } = found.reduce((one, other) => (other.off > one.off ? other : one));
  return {
    ...about('product_colour', look, { measured: off, limit: mostOff }),
    status: off <= mostOff ? 'passed' : 'failed',
    message:
      off <= mostOff
        ? `Products keep their colours: ΔE2000 ${off.toFixed(1)} from the photo at most.`
        : `${whereOf(look)} is off its photo's colours: a median ΔE2000 of ${off.toFixed(1)}, more than ${mostOff}.`,
  };
}

const about = (
  name: Check['name'],
  { shot }: ProductLook,
  values: { measured: number; limit: number },
): Pick<Check, 'name' | 'measured' | 'limit' | 'pointer'> => ({ name, ...values, pointer: `/shots/${shot}` });

const whereOf = ({ shot, seconds }: ProductLook) => `At ${at(seconds)} the product of shot ${shot + 1}`;

const percent = (share: number) => `${Math.round(share * 100)} %`;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
