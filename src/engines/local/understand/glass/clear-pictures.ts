import type { Picture } from '../picture.ts';
import { seeThrough } from './see-through.ts';

/** The pictures, those of them that are named with their clear glass see-through, if there is any. */
export function withClearGlass(
  pictures: readonly Picture[],
  isNamed: (picture: Picture) => boolean,
): Picture[] {
  return pictures.map((picture) => {
    const { subject, bitmap } = picture;
    if (subject === undefined || !isNamed(picture)) return picture;
    const clear = seeThrough(bitmap, subject);
    return clear === undefined ? picture : { ...picture, subject: { ...subject, seeThrough: clear } };
  });
}
