import { requestLimits } from '../domain/request.ts';

/** What did not fit is told here, in the order it was given. */
export interface Fitted<T> {
  images: T[];
  left: T[];
}

/**
 * Photos of a row and images of the brand within the nine that a request takes. Always the same for the same lists:
 * the first photo stays, then the brand's images stay in their order, then further photos as far as there is room.
 * In the request photos come first, so `@Image1` is the first photo.
 */
export function fitImages<T>(
  photos: readonly T[],
  brand: readonly T[],
  most: number = requestLimits.images,
): Fitted<T> {
  const first = Math.min(photos.length, 1);
  const ofBrand = Math.min(brand.length, most - first);
  const ofPhotos = Math.min(photos.length, most - ofBrand);
  return {
    images: [...photos.slice(0, ofPhotos), ...brand.slice(0, ofBrand)],
    left: [...photos.slice(ofPhotos), ...brand.slice(ofBrand)],
  };
}
