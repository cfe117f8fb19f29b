import type { Storyboard } from '../storyboard.ts';
import type { Picture, Subject } from '../understand/picture.ts';
import type { Box } from '../understand/soft-edge.ts';

/** Where a product stands: the middle of its base in frame pixels, and its size in frame pixels per photo pixel. */
export interface Place {
  x: number;
  y: number;
  scale: number;
}

/**
 * Sizes and places every product photo by its position number. Photos that show one product from all sides (alike
 * in height, within a fifth) share one height and turn around one axis, the middle of the foot, so that a turn
 * from view to view does not jump.
 */
export function placeOnSet(
  { width, height }: Pick<Storyboard, 'width' | 'height'>,
  pictures: readonly Pick<Picture, 'position' | 'subject'>[],
): Map<number, Place> {
  const stand = standOf(width, height);
  const placed = new Map<number, Place>();
  const views = pictures.flatMap(({ position, subject }) =>
    subject === undefined ? [] : [{ position, box: subject.box, foot: footOf(subject) }],
  );
  const heights = views.map(({ box }) => box.bottom - box.top);
  const isSeries = views.length > 1 && Math.min(...heights) > Math.max(...heights) * 0.8;
  if (!isSeries) {
    for (const { position, box } of views)
      placed.set(position, { x: stand.x, y: stand.y, scale: fit(box, (box.left + box.right) / 2, stand) });
    return placed;
  }
  const tall = Math.min(...views.map(({ box, foot }) => fit(box, foot, stand) * (box.bottom - box.top)));
  for (const { position, box, foot } of views) {
    const scale = tall / (box.bottom - box.top);
    placed.set(position, { x: stand.x + ((box.left + box.right) / 2 - foot) * scale, y: stand.y, scale });
  }
  return placed;
}

/**
 * From which side one view should sweep over another, so that as little as possible of both shows at once: a mug
 * turning its handle from left to right should not have two on the way.
 */
export function sweepFrom(before: Subject, after: Subject): 'left' | 'right' {
  const old = overhang(before);
  const fresh = overhang(after);
  return fresh.left + old.right < old.left + fresh.right ? 'left' : 'right';
}

/** How far a subject reaches beside its foot's middle, in heights of the subject. */
function overhang(subject: Subject): { left: number; right: number } {
  const { box } = subject;
  const foot = footOf(subject);
  const height = box.bottom - box.top;
  return { left: (foot - box.left) / height, right: (box.right - foot) / height };
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

interface Stand {
  x: number;
  y: number;
  mostWidth: number;
  mostHeight: number;
}

/** The room a product has in a frame: composed anew for each ratio. */
function standOf(width: number, height: number): Stand {
  const portrait = height > width * 1.2;
  return {
    x: width / 2,
    y: height * (portrait ? 0.7 : 0.85),
    mostWidth: width * (portrait ? 0.78 : width > height * 1.2 ? 0.5 : 0.7),
    mostHeight: height * (portrait ? 0.52 : 0.69),
  };
}

/** The largest scale at which a box fits, with `axis` (in photo pixels) in the middle of the stand. */
function fit(box: Box, axis: number, { mostWidth, mostHeight }: Stand): number {
  const halfWidth = Math.max(box.right - axis, axis - box.left);
  return Math.min(mostHeight / (box.bottom - box.top), mostWidth / (halfWidth * 2));
}
