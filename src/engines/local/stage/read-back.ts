import { type Canvas, createCanvas, ImageData } from '@napi-rs/canvas';
import type { StageBitmap } from '../render/layer.ts';

/** The pixels of a canvas in memory that threads share. */
export function readBack(canvas: Canvas): StageBitmap {
  const { width, height } = canvas;
  return shared({ width, height, data: canvas.getContext('2d').getImageData(0, 0, width, height).data });
}

export function shared({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}): StageBitmap {
  const copy = new Uint8ClampedArray(new SharedArrayBuffer(data.length));
  copy.set(data);
  return { width, height, data: copy };
}

export function canvasOf({ width, height, data }: StageBitmap): Canvas {
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0);
  return canvas;
}
