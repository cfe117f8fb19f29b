import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { viewAt } from '../camera-path.ts';
import { shotsAt } from '../shots-at.ts';
import type { Storyboard } from '../storyboard.ts';
import type { FrameOrder } from './frame-messages.ts';
import type { Layer, Stage, StageBitmap } from './layer.ts';

/** The running picture of a clip, by the index of its shot. */
export type ClipFrames = ReadonlyMap<number, { width: number; height: number; data: Uint8ClampedArray }>;

/** The clips of an order as the painter takes them. */
export function runningClips(clips: FrameOrder['clips']): ClipFrames {
  return new Map(
    clips.map(({ shot, width, height, data }) => [
      shot,
      { width, height, data: new Uint8ClampedArray(data) },
    ]),
  );
}

export interface Painter {
  /** Draws one frame and answers with its pixels, RGBA; valid until the next call. */
  paint(frame: number, clips: ClipFrames): Buffer;
}

export function createPainter(storyboard: Storyboard, stage: Stage): Painter {
  const { width, height } = storyboard;
  const bitmaps = stage.bitmaps.map(canvasOf);
  const main = createCanvas(width, height);
  const second = createCanvas(width, height);
  const paintShot = (canvas: Canvas, shot: number, seconds: number, turn: number, clips: ClipFrames) => {
    const context = canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = storyboard.set.wall;
    context.fillRect(0, 0, width, height);
    for (const layer of stage.shots[shot] ?? []) {
      const picture = layer.bitmap === 'clip' ? canvasOfClip(clips, shot) : bitmaps[layer.bitmap];
      if (picture !== undefined) drawLayer({ context, layer, picture, storyboard, shot, seconds, turn });
    }
  };
  return {
    paint(frame, clips) {
      const seconds = frame / storyboard.fps;
      const [from, to] = shotsAt(storyboard, seconds);
      paintShot(main, from.shot, seconds, from.turn, clips);
      if (to !== undefined) {
        paintShot(second, to.shot, seconds, to.turn, clips);
        const context = main.getContext('2d');
        context.setTransform(1, 0, 0, 1, 0, 0);
        if (to.turn > 0) revealAcross(second, to.opacity, stage.sweeps[to.shot] ?? 'right');
        else context.globalAlpha = to.opacity;
        context.drawImage(second, 0, 0);
      }
      return main.data();
    },
  };
}

function drawLayer(options: {
  context: SKRSContext2D;
  layer: Layer;
  picture: Canvas;
  storyboard: Storyboard;
  shot: number;
  seconds: number;
  turn: number;
}): void {
  const { context, layer, picture, storyboard, shot, seconds, turn } = options;
  const { width, height, shots } = storyboard;
  const camera = shots[shot]?.camera;
  if (camera === undefined) return;
  const view = viewAt(camera, seconds);
  const short = Math.min(width, height);
  const zoom = view.zoom ** layer.depth;
  const x = width / 2 + (layer.x - width / 2 - view.x * short * layer.depth) * zoom;
  const y = height / 2 + (layer.y - height / 2 - view.y * short * layer.depth) * zoom;
  const scale = layer.scale * zoom;
  const across = layer.turns ? scale * (1 - 0.1 * turn) : scale;
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = layer.depth < 0.5 ? 'low' : 'medium';
  context.setTransform(across, 0, 0, scale, x - layer.anchorX * across, y - layer.anchorY * scale);
  context.drawImage(picture, 0, 0);
}

/**
 * Keeps of a picture what a soft front has passed on its way in from one side. Two views of one product dissolve
 * into each other along that front instead of showing as two ghosts at once.
 */
function revealAcross(canvas: Canvas, amount: number, side: 'left' | 'right'): void {
  const context = canvas.getContext('2d');
  const span = Math.min(canvas.width, canvas.height * 1.1);
  const start = (canvas.width - span) / 2;
  const front = start + span * (1 - amount * (1 + frontShare));
  const fade = context.createLinearGradient(front, 0, front + span * frontShare, 0);
  fade.addColorStop(0, 'rgba(0,0,0,0)');
  fade.addColorStop(0.5, 'rgba(0,0,0,0.5)');
  fade.addColorStop(1, 'rgba(0,0,0,1)');
  if (side === 'left') context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  else context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'destination-in';
  context.fillStyle = fade;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'source-over';
}

/** Width of the soft front, as a share of the way it goes. */
const frontShare = 0.4;

function canvasOf({ width, height, data }: StageBitmap): Canvas {
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}

function canvasOfClip(clips: ClipFrames, shot: number): Canvas | undefined {
  const frame = clips.get(shot);
  if (frame === undefined) return undefined;
  const canvas = createCanvas(frame.width, frame.height);
  canvas.getContext('2d').putImageData(new ImageData(frame.data, frame.width, frame.height), 0, 0);
  return canvas;
}
