import type { Storyboard } from '../../../domain/storyboard.ts';
import { type Projection, projectionOf } from '../camera/projection.ts';
import { rollOf } from '../camera/roll.ts';
import { viewAt } from '../camera/view.ts';
import { createKernel, type Surface } from '../kernel/kernel.ts';
import { seededRandom } from '../random.ts';
import { geometryOf } from '../set/geometry.ts';
import { shareSeen, shotsAt } from '../shots-at.ts';
import { carriedOut, isCarriedOut } from './carried-out.ts';
import { createClipScreen } from './clip-screen.ts';
import { drawActor } from './draw-actor.ts';
import { drawCaption, drawCaptionShade } from './draw-caption.ts';
import { drawFloor, floorRows, hiddenFrom, solidRow } from './draw-floor.ts';
import { drawClip, drawPlate } from './draw-plate.ts';
import type { FrameOrder } from './frame-messages.ts';
import type { FloorLayer, Layer, Similarity, Stage } from './layer.ts';
import { standOf } from './match-move.ts';
import { joinShots } from './transition.ts';
import { createTurnScreen } from './turn-screen.ts';

export interface Painter {
  /** Paints one frame and packs it as I420 into `out`. */
  paint(frame: number, clips: FrameOrder['clips'], out: Uint8Array): void;
  /** Paints one frame and answers with its pixels, opaque RGBA, valid until the next call. */
  picture(frame: number, clips: FrameOrder['clips']): Uint8Array;
}

/** Paints any frame of a film, in any order: the same frame is the same to the last bit. */
export function createPainter(storyboard: Storyboard, stage: Stage): Painter {
  const { width, height, fps, seed } = storyboard;
  const kernel = createKernel();
  const geometry = geometryOf(storyboard);
  const pictures = stage.bitmaps.map((bitmap) => kernel.load(bitmap));
  const [main, first, second, upright] = Array.from({ length: 4 }, () => kernel.surface(width, height)) as [
    Surface,
    Surface,
    Surface,
    Surface,
  ];
  kernel.setGrain(grainTile(seed));

  const showClip = createClipScreen(kernel, storyboard);
  const turning = createTurnScreen(kernel, stage.turns);

  const solidRows = new Map<number, number>();
  const groundOf = (layer: FloorLayer, projection: Projection) => {
    const bitmap = stage.bitmaps[layer.bitmap];
    if (bitmap === undefined) throw new Error(`The floor ${layer.bitmap} is missing.`);
    const solid = solidRows.get(layer.bitmap) ?? solidRow(bitmap);
    solidRows.set(layer.bitmap, solid);
    const rows = floorRows({ frame: main, layer, picture: bitmap, projection });
    return { rows, hiddenFrom: hiddenFrom(rows, width, solid) };
  };

  /** A shot as it is seen at a moment; `clips` are those of that moment. */
  const shotAt = (shot: number, seconds: number) => {
    const { layers, aimY, subject } = stage.shots[shot] ?? { layers: [], aimY: height / 2 };
    const { camera, startSeconds = 0, endSeconds = 1 } = storyboard.shots[shot] ?? {};
    if (camera === undefined) throw new Error(`The storyboard has no shot ${shot}.`);
    const view = viewAt(camera, seconds, seed);
    const moment = {
      seconds,
      elapsedSeconds: seconds - startSeconds,
      lengthSeconds: endSeconds - startSeconds,
      share: shareSeen(storyboard, shot, seconds),
    };
    return { shot, layers, subject, view, projection: projectionOf(view, geometry, aimY), moment };
  };
  type ShownShot = ReturnType<typeof shotAt>;

  const paintLayers = (
    frame: Surface,
    { shot, projection, moment }: ShownShot,
    layers: readonly Layer[],
    clips: FrameOrder['clips'],
  ) => {
    const { seconds } = moment;
    const floor = layers.find((layer) => layer.kind === 'floor');
    const ground = floor && groundOf(floor, projection);
    const draw = (layer: Layer, index: number) => {
      if (layer.kind === 'actor')
        return drawActor({ kernel, frame, layer, pictures, projection, moment, turning });
      if (layer.kind === 'clip')
        return drawClip({ kernel, frame, layer, picture: showClip(layer, shot, seconds, clips), projection });
      const picture = pictures[layer.bitmap];
      if (picture === undefined) throw new Error(`Picture ${layer.bitmap} of shot ${shot} is missing.`);
      if (layer.kind === 'floor') return drawFloor({ kernel, frame, picture, rows: ground?.rows ?? [] });
      const isBehind = floor !== undefined && index < layers.indexOf(floor);
      const below = isBehind ? ground?.hiddenFrom : undefined;
      drawPlate({
        kernel,
        frame,
        layer,
        picture,
        projection,
        ...(below === undefined ? {} : { hiddenFrom: below }),
      });
    };
    for (const [index, layer] of layers.entries()) draw(layer, index);
  };

  /** The shades of captions that lie behind the product of a shot, or those that lie over the whole of it. */
  const paintShades = (frame: Surface, { shot, moment }: ShownShot, place: 'behind' | 'over') => {
    for (const caption of stage.captions)
      if ((caption.shade?.behindIn.includes(shot) ? 'behind' : 'over') === place)
        drawCaptionShade({ kernel, frame, caption, pictures, seconds: moment.seconds });
  };

  const paintShot = (
    target: Surface,
    shown: ShownShot,
    clips: FrameOrder['clips'],
    { withoutSubject = false } = {},
  ) => {
    const { layers, subject, view } = shown;
    const frame = view.rollDegrees === 0 ? target : upright;
    const first = subject?.first ?? layers.length;
    paintLayers(frame, shown, layers.slice(0, first), clips);
    paintShades(frame, shown, 'behind');
    paintLayers(frame, shown, layers.slice(withoutSubject ? subject?.end : first), clips);
    if (frame !== target) kernel.drawTurned(target, frame, rolledBy(view.rollDegrees, { width, height }));
    paintShades(target, shown, 'over');
  };

  const paintFrame = (frame: number, clips: FrameOrder['clips']) => {
    const seconds = frame / fps;
    paintPicture(seconds, clips);
    for (const caption of stage.captions) drawCaption({ kernel, frame: main, caption, pictures, seconds });
  };

  const paintPicture = (seconds: number, clips: FrameOrder['clips']) => {
    const { shot, next } = shotsAt(storyboard, seconds);
    const shown = shotAt(shot, seconds);
    if (next === undefined) return paintShot(main, shown, clips);
    const { transition, linear } = next;
    const carried = isCarriedOut(storyboard, transition)
      ? carriedOut({ shown, stage, frame: main, transition, linear })
      : undefined;
    paintShot(first, shown, clips, { withoutSubject: carried !== undefined });
    const coming = shotAt(next.shot, seconds);
    paintShot(second, coming, clips);
    const [from, to] = [standOf(shown, stage), standOf(coming, stage)];
    const stands = from === undefined || to === undefined ? undefined : { from, to };
    joinShots(
      kernel,
      { frame: main, from: first, to: second, edge: carried?.edge, stands },
      transition,
      linear,
    );
    if (carried === undefined) return;
    paintLayers(main, { ...shown, projection: carried.projection }, carried.layers, clips);
  };

  return {
    paint(frame, clips, out) {
      paintFrame(frame, clips);
      const random = seededRandom(seed, `grain ${frame}`);
      kernel.toI420(main, out, { x: Math.floor(random() * 64), y: Math.floor(random() * 64) });
    },
    picture(frame, clips) {
      paintFrame(frame, clips);
      return kernel.pixels(main);
    },
  };
}

/** Where each pixel of a rolled frame is taken from in the upright one. */
function rolledBy(degrees: number, { width, height }: { width: number; height: number }): Similarity {
  const { cos, sin, scale } = rollOf(degrees, { width, height });
  const [a, b] = [cos / scale, sin / scale];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  return { a, b, c: x - a * x - b * y, d: y - a * y + b * x };
}

/** Grain of about half a step of luma: it hides the steps of slow gradients, and is itself not seen. */
function grainTile(seed: number): Int8Array {
  const random = seededRandom(seed, 'grain');
  return Int8Array.from({ length: 64 * 64 }, () => (random() + random() + random() - 1.5) * 24);
}
