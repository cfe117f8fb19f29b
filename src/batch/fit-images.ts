import { requestLimits } from '../domain/request.ts';

/** What did not fit is told here, in the order it was given. */
export interface Fitted<T> {
  images: T[];
  left: T[];
}

/** Who keeps its place where not all fit, unless it says itself: images of the brand before further photos. */
const usualPriority = { photo: 0, brand: 1 } as const;

/**
 * Photos of a row and images of the brand within what an engine takes, nine at most (I7). Always the same for the same
 * lists: the first photo stays; then whoever has the higher priority, and among equals the earlier one, photos first. In
 * the request photos come first, so `@Image1` is the first photo.
 */
export function fitImages<T>(
  photos: readonly T[],
  brand: readonly T[],
  most: number = requestLimits.images,
): Fitted<T> {
  const all = [
    ...photos.map((image, index) => ({
      image,
      priority: index === 0 ? Number.POSITIVE_INFINITY : of(image, 'photo'),
    })),
    ...brand.map((image) => ({ image, priority: of(image, 'brand') })),
  ];
  if (all.length <= most) return { images: all.map(({ image }) => image), left: [] };
  const kept = new Set(all.toSorted((a, b) => b.priority - a.priority).slice(0, most));
  return {
    images: all.filter((one) => kept.has(one)).map(({ image }) => image),
    left: all.filter((one) => !kept.has(one)).map(({ image }) => image),
  };
}

function of(image: unknown, from: 'photo' | 'brand'): number {
  const own = typeof image === 'object' && image !== null && 'priority' in image ? image.priority : undefined;
  return typeof own === 'number' ? own : usualPriority[from];
}
