import type { Lab } from './colour-difference.ts';
import { meanColour, type Pixels } from './mean-colour.ts';
import type { PhotoBehind } from './photo.ts';
import type { Sighting } from './sighting.ts';

/** A small square of the frame that lies wholly on the product, and its mean colours. */
export interface ProductCell {
  /** In the film as decoded. */
  seen: Lab;
  /** As drawn for the set. */
  drawn: Lab;
  /** In the reference photo; absent where what is drawn is not one photo alone. */
  photo?: Lab;
  /** Of the set without the product. */
  empty: Lab;
}

/** Enough for a median; more would only take time. */
const mostCells = 1_500;

/** The cells of a product in one frame that nothing lies over, in even steps over its matte. */
export function productCells(options: {
  sighting: Sighting;
  film: Pixels;
  drawn: Pixels;
  empty: Pixels;
  photo: PhotoBehind | undefined;
  isCovered(x: number, y: number): boolean;
}): ProductCell[] {
  const { sighting, film, drawn, empty, photo, isCovered } = options;
  const side = Math.max(2, Math.round(Math.min(film.width, film.height) / 180));
  const isWhole = wholeIn(sighting, drawn, side);
  const places = cellPlaces(sighting, film, side).filter(
    ({ x, y }) => !isCovered(x + side / 2, y + side / 2) && isWhole(x, y),
  );
  const step = Math.max(1, places.length / mostCells);
  const cells: ProductCell[] = [];
  for (let index = 0; index < places.length; index += step) {
    const { x, y } = places[Math.floor(index)] ?? { x: 0, y: 0 };
    const middle = sighting.inPicture({ x: x + side / 2, y: y + side / 2 });
    const length = side / sighting.scale;
    const inPicture = { x: middle.x - length / 2, y: middle.y - length / 2, side: length };
    cells.push({
      seen: meanColour(film, { x, y, side }),
      empty: meanColour(empty, { x, y, side }),
      drawn: meanColour(drawn, inPicture),
      ...(photo === undefined ? {} : { photo: meanColour(photo.bitmap, photo.inPhoto(inPicture)) }),
    });
  }
  return cells;
}

function cellPlaces({ box }: Sighting, frame: Pixels, side: number): { x: number; y: number }[] {
  const places: { x: number; y: number }[] = [];
  const start = (edge: number) => Math.max(0, Math.floor(edge / side) * side);
  for (let y = start(box.top); y < Math.min(box.bottom, frame.height - side); y += side)
    for (let x = start(box.left); x < Math.min(box.right, frame.width - side); x += side)
      places.push({ x, y });
  return places;
}

const opaque = 250;

/**
 * Whether a cell is opaque in its middle and one cell beyond its corners: away from edges, their soft pixels and the light
 * on them, and from clear glass.
 */
function wholeIn(
  { inPicture }: Sighting,
  { width, height, data }: Pixels,
  side: number,
): (x: number, y: number) => boolean {
  const isOpaque = (x: number, y: number) => {
    const point = inPicture({ x, y });
    const [column, row] = [Math.floor(point.x), Math.floor(point.y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return false;
    return (data[(row * width + column) * 4 + 3] ?? 0) >= opaque;
  };
  return (x, y) =>
    isOpaque(x + side / 2, y + side / 2) &&
    isOpaque(x - side, y - side) &&
    isOpaque(x + 2 * side, y - side) &&
    isOpaque(x - side, y + 2 * side) &&
    isOpaque(x + 2 * side, y + 2 * side);
}
