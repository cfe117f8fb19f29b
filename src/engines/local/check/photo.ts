import type { ShotSubject } from '../../../domain/storyboard.ts';
import type { ActorLayer, Stage } from '../render/layer.ts';
import type { Picture } from '../understand/picture.ts';
import { pictureAt, turningAt, viewBox } from './actor.ts';
import type { Square } from './mean-colour.ts';

/** The reference photo whose own pixels a product's picture shows. */
export interface PhotoBehind {
  bitmap: Picture['bitmap'];
  /** A square of the product's picture in pixels of the photo. */
  inPhoto(square: Square): Square;
}

interface Moment {
  stage: Stage;
  actor: ActorLayer;
  subject: ShotSubject | undefined;
  pictures: readonly Picture[];
  /** Of the time in which the shot is seen, 0 to 1. */
  share: number;
}

/** How near a turn must be to one of its views to show that photo alone. */
const atView = 0.02;

/** A photo that rotates is flat to the camera only half-way: there its pixels are where they would be at rest. */
const aroundFlat = 0.08;

/** Undefined where no photo is shown as it is: between two views of a turn, or while a flat photo is turned away. */
export function photoBehind(moment: Moment): PhotoBehind | undefined {
  const { stage, actor, subject, pictures, share } = moment;
  const turning = turningAt(stage, actor, share);
  if (turning !== undefined) return photoOfTurn(turning, moment);
  if (subject?.kind !== 'picture') return undefined;
  if (actor.action === 'rotates' && Math.abs(share - 0.5) > aroundFlat) return undefined;
  const picture = pictureAt(stage, actor, share);
  if (picture === undefined) return undefined;
  const { anchorX, anchorY } = picture.placed;
  // The clear border is as wide below the anchor as above the product.
  const border = Math.floor(picture.height - anchorY);
  return photoAt(pictures, subject.position, { middleX: anchorX, base: anchorY, tall: anchorY - border });
}

function photoOfTurn(
  { turn, place }: NonNullable<ReturnType<typeof turningAt>>,
  { subject, pictures }: Moment,
): PhotoBehind | undefined {
  if (subject?.kind !== 'turntable' || Math.min(place.amount, 1 - place.amount) > atView) return undefined;
  const morph = turn.morphs[place.pair];
  const isLater = place.amount > 0.5;
  const view = isLater ? morph?.to : morph?.from;
  if (view === undefined) return undefined;
  const { left, right } = viewBox(view);
  const position = subject.positions[place.pair + (isLater ? 1 : 0)];
  return photoAt(pictures, position, {
    middleX: (left + right) / 2,
    base: turn.base,
    tall: turn.productHeight,
  });
}

/** A photo's product by its middle, base and height in the picture that was drawn of it. */
function photoAt(
  pictures: readonly Picture[],
  position: number | undefined,
  { middleX, base, tall }: { middleX: number; base: number; tall: number },
): PhotoBehind | undefined {
  const photo = pictures.find((picture) => picture.position === position);
  if (photo?.subject === undefined) return undefined;
  const { left, right, top, bottom } = photo.subject.box;
  const perPixel = (bottom - top) / tall;
  return {
    bitmap: photo.bitmap,
    inPhoto: ({ x, y, side }) => ({
      x: (left + right) / 2 + (x - middleX) * perPixel,
      y: bottom + (y - base) * perPixel,
      side: side * perPixel,
    }),
  };
}
