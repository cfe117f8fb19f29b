import type { Storyboard } from '../storyboard.ts';
import type { Understanding } from '../understand/understand.ts';
import { drawBackdrop } from './backdrop.ts';
import { drawCard } from './card.ts';
import type { Layer, Stage, StageBitmap } from './layer.ts';
import { placeOnSet, sweepFrom } from './place-on-set.ts';
import { drawShapes } from './shapes.ts';
import { drawSprite, spriteDetail } from './sprite.ts';

/** How much larger than the frame a backdrop is, so that no move shows its end. */
const backdropMargin = 1.3;
const backdropDepth = 0.42;

export function buildStage(storyboard: Storyboard, { pictures, clips }: Understanding): Stage {
  const { width, height } = storyboard;
  const stage: Stage = { bitmaps: [], shots: [], sweeps: [] };
  const add = (bitmap: StageBitmap) => stage.bitmaps.push(bitmap) - 1;
  const backdrops = new Map<string, number>();
  const backdrop = (floor: boolean, wall = storyboard.set.wall): Layer => {
    const key = `${wall} ${floor}`;
    const index =
      backdrops.get(key) ?? add(drawBackdrop({ storyboard, wall, floor, margin: backdropMargin }));
    backdrops.set(key, index);
    return centred(index, stage, storyboard, { depth: backdropDepth, scale: 1 });
  };
  const places = placeOnSet(
    storyboard,
    pictures.filter(({ position }) => isShot(storyboard, position, 'on-set')),
  );
  stage.shots = storyboard.shots.map(({ subject, framing, wall }): Layer[] => {
    if (subject.kind === 'shapes') return [backdrop(true), ...drawShapes(storyboard, add)];
    if (subject.kind === 'clip') {
      const ratio = clips.find(({ position }) => position === subject.position)?.ratio ?? width / height;
      const frame = clipFrame(storyboard, ratio);
      const scale = frame.width / frame.pixelWidth;
      const whole: Layer = {
        bitmap: 'clip',
        depth: 1,
        x: width / 2,
        y: height / 2,
        anchorX: frame.pixelWidth / 2,
        anchorY: frame.pixelHeight / 2,
        scale,
        turns: false,
      };
      return frame.fills ? [whole] : [backdrop(false), whole];
    }
    const picture = pictures.find(({ position }) => position === subject.position);
    if (picture === undefined)
      throw new Error(`The storyboard shows image ${subject.position}, which was not read.`);
    const place = places.get(picture.position);
    if (framing === 'on-set' && place !== undefined && picture.subject !== undefined) {
      const sprite = drawSprite({ subject: picture.subject, scale: place.scale });
      const layer: Layer = {
        bitmap: add(sprite.bitmap),
        depth: 1,
        x: place.x,
        y: place.y,
        anchorX: sprite.anchorX,
        anchorY: sprite.anchorY,
        scale: 1 / spriteDetail,
        turns: true,
      };
      return [backdrop(true), layer];
    }
    if (framing === 'mark' && picture.subject !== undefined) {
      const { cutOut, box } = picture.subject;
      const scale = Math.min(
        (width * 0.52) / (box.right - box.left),
        (height * 0.34) / (box.bottom - box.top),
      );
      const index = add(shared(cutOut));
      const layer = centred(index, stage, storyboard, { depth: 0.6, scale });
      return [
        backdrop(false, wall),
        { ...layer, anchorX: (box.left + box.right) / 2, anchorY: (box.top + box.bottom) / 2 },
      ];
    }
    if (framing === 'framed') {
      const card = drawCard(picture.bitmap, storyboard);
      return [backdrop(true), centred(add(card), stage, storyboard, { depth: 0.9, scale: 1 / spriteDetail })];
    }
    const { bitmap } = picture;
    const scale = Math.max(width / bitmap.width, height / bitmap.height) * fullBleed;
    return [centred(add(shared(bitmap)), stage, storyboard, { depth: 0.55, scale })];
  });
  const subjectOf = (shot: number) => {
    const subject = storyboard.shots[shot]?.subject;
    if (subject?.kind !== 'picture') return undefined;
    return pictures.find(({ position }) => position === subject.position)?.subject;
  };
  stage.sweeps = storyboard.shots.map((_, shot) => {
    const [before, after] = [subjectOf(shot - 1), subjectOf(shot)];
    return before === undefined || after === undefined ? 'right' : sweepFrom(before, after);
  });
  return stage;
}

/** A full picture is enlarged so much that no camera move can show its border. */
const fullBleed = 1.13;

/** The size clips are decoded at, and whether they fill the frame: one that would lose too much hangs on the wall. */
export function clipFrame(
  { width, height }: Pick<Storyboard, 'width' | 'height'>,
  ratio: number,
): { width: number; pixelWidth: number; pixelHeight: number; fills: boolean } {
  const kept = Math.min(ratio / (width / height), width / height / ratio);
  if (kept > 0.5) return { width, pixelWidth: width, pixelHeight: height, fills: true };
  const fit = Math.min((width * 0.92) / ratio, height * 0.8);
  const pixelHeight = Math.max(2, Math.round(fit / 2) * 2);
  const pixelWidth = Math.max(2, Math.round((fit * ratio) / 2) * 2);
  return { width: pixelWidth, pixelWidth, pixelHeight, fills: false };
}

function isShot({ shots }: Storyboard, position: number, framing: string): boolean {
  return shots.some(
    (shot) =>
      shot.framing === framing && shot.subject.kind === 'picture' && shot.subject.position === position,
  );
}

function centred(
  bitmap: number,
  { bitmaps }: Stage,
  { width, height }: Storyboard,
  { depth, scale }: { depth: number; scale: number },
): Layer {
  const size = bitmaps[bitmap] ?? { width: 0, height: 0 };
  return {
    bitmap,
    depth,
    x: width / 2,
    y: height / 2,
    anchorX: size.width / 2,
    anchorY: size.height / 2,
    scale,
    turns: false,
  };
}

function shared({ width, height, data }: { width: number; height: number; data: Uint8Array }): StageBitmap {
  const copy = new Uint8ClampedArray(new SharedArrayBuffer(data.length));
  copy.set(data);
  return { width, height, data: copy };
}
