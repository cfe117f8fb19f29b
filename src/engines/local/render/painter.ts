import type { Storyboard } from '../../../domain/storyboard.ts';
import { type Projection, projectionOf } from '../camera/projection.ts';
import { viewAt } from '../camera/view.ts';
import { createKernel, type Surface } from '../kernel/kernel.ts';
import { seededRandom } from '../random.ts';
import { geometryOf } from '../set/geometry.ts';
import { shareSeen, shotsAt } from '../shots-at.ts';
import { createClipScreen } from './clip-screen.ts';
import { drawActor } from './draw-actor.ts';
import { drawCaption } from './draw-caption.ts';
import { drawFloor, floorRows, hiddenFrom, solidRow } from './draw-floor.ts';
import { drawClip, drawPlate } from './draw-plate.ts';
import type { FrameOrder } from './frame-messages.ts';
import type { FloorLayer, Layer, Similarity, Stage } from './layer.ts';
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

  const paintShot = (target: Surface, shot: number, seconds: number, clips: FrameOrder['clips']) => {
    const { layers, aimY } = stage.shots[shot] ?? { layers: [], aimY: height / 2 };
    const { camera, startSeconds = 0, endSeconds = 1 } = storyboard.shots[shot] ?? {};
    if (camera === undefined) throw new Error(`The storyboard has no shot ${shot}.`);
    const view = viewAt(camera, seconds, seed);
    const projection = projectionOf(view, geometry, aimY);
    const frame = view.rollDegrees === 0 ? target : upright;
    const moment = {
      seconds,
      elapsedSeconds: seconds - startSeconds,
      lengthSeconds: endSeconds - startSeconds,
      share: shareSeen(storyboard, shot, seconds),
    };
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
    if (frame !== target) kernel.drawTurned(target, frame, rollOf(view.rollDegrees, { width, height }));
  };

  const paintFrame = (frame: number, clips: FrameOrder['clips']) => {
    const seconds = frame / fps;
    paintPicture(seconds, clips);
    for (const caption of stage.captions) drawCaption({ kernel, frame: main, caption, pictures, seconds });
  };

  const paintPicture = (seconds: number, clips: FrameOrder['clips']) => {
    const { shot, next } = shotsAt(storyboard, seconds);
    if (next === undefined) return paintShot(main, shot, seconds, clips);
    paintShot(first, shot, seconds, clips);
    paintShot(second, next.shot, seconds, clips);
    const { edge } = stage.shots[shot] ?? {};
    joinShots(kernel, { frame: main, from: first, to: second, edge }, next.transition, next.linear);
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

/** The camera rolls one way, so its picture the other; enlarged just so much that its corners stay outside the frame. */
function rollOf(degrees: number, { width, height }: { width: number; height: number }): Similarity {
  const angle = (-degrees * Math.PI) / 180;
  const ratio = Math.max(width / height, height / width);
  const scale = Math.cos(angle) + ratio * Math.abs(Math.sin(angle));
  const a = Math.cos(angle) / scale;
  const b = Math.sin(angle) / scale;
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  return { a, b, c: x - a * x - b * y, d: y - a * y + b * x };
}

/** Grain of about half a step of luma: it hides the steps of slow gradients, and is itself not seen. */
function grainTile(seed: number): Int8Array {
  const random = seededRandom(seed, 'grain');
  return Int8Array.from({ length: 64 * 64 }, () => (random() + random() + random() - 1.5) * 24);
}
