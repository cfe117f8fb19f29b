import type { SetGeometry } from '../set/geometry.ts';
import type { Picture, Subject } from '../understand/picture.ts';
import type { Box } from '../understand/soft-edge.ts';

/** Where a product stands: the middle of its base in frame pixels, and its size in frame pixels per photo pixel. */
export interface Place {
  x: number;
  y: number;
  scale: number;
}

/** The pictures of a turn are this much larger than they appear at rest. */
export const turnDetail = 1.12;

/**
 * Sizes and places every product photo by its position number. The photos of a turn show one product from several
 * sides: they share one height and stand on the middle of their foot, so that a turn does not jump. `standHeight` is
 * that of the plinth below, in frame pixels.
 */
export function placeOnSet(options: {
  geometry: SetGeometry;
  pictures: readonly Pick<Picture, 'position' | 'subject'>[];
  turn: readonly number[];
  standHeight: number;
}): Map<number, Place> {
  const { geometry, pictures, turn, standHeight } = options;
  const { standX: x, standY } = geometry;
  const y = standY - standHeight;
  const room = { width: geometry.mostWidth, height: geometry.mostHeight - standHeight * 0.8 };
  const placed = new Map<number, Place>();
  const views = pictures.flatMap(({ position, subject }) =>
    subject === undefined ? [] : [{ position, box: subject.box, foot: footOf(subject) }],
  );
  const turning = views.filter(({ position }) => turn.includes(position));
  for (const { position, box } of views)
    placed.set(position, { x, y, scale: fit(box, (box.left + box.right) / 2, room) });
  const tall = Math.min(...turning.map(({ box, foot }) => fit(box, foot, room) * (box.bottom - box.top)));
  for (const { position, box, foot } of turning) {
    const scale = tall / (box.bottom - box.top);
    placed.set(position, { x: x + ((box.left + box.right) / 2 - foot) * scale, y, scale });
  }
  return placed;
}

/** The middle, across, of what stands on the floor: the lowest eighth of the subject, in photo pixels. */
function footOf({ cutOut, box }: Subject): number {
  let sum = 0;
  let weight = 0;
  for (let y = Math.floor(box.bottom - (box.bottom - box.top) / 8); y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++) {
      const alpha = cutOut.data[(y * cutOut.width + x) * 4 + 3] ?? 0;
      sum += alpha * (x + 0.5);
      weight += alpha;
    }
  return weight === 0 ? (box.left + box.right) / 2 : sum / weight;
}

/** The largest scale at which a box fits, with `axis` (in photo pixels) in the middle of the room. */
function fit(box: Box, axis: number, room: { width: number; height: number }): number {
  const halfWidth = Math.max(box.right - axis, axis - box.left);
  return Math.min(room.height / (box.bottom - box.top), room.width / (halfWidth * 2));
}

/** How tall, in frame pixels, the views of a turn will stand: the same for all. */
export function turnHeight(
  geometry: SetGeometry,
  pictures: readonly Pick<Picture, 'position' | 'subject'>[],
): number {
  const turn = pictures.map(({ position }) => position);
  const places = placeOnSet({ geometry, pictures, turn, standHeight: 0 });
  const [first] = pictures;
  const box = first?.subject?.box;
  if (first === undefined || box === undefined) throw new Error('A turn has no views.');
  return (box.bottom - box.top) * (places.get(first.position)?.scale ?? 1);
}
