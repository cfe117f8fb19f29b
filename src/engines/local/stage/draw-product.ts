import { type Canvas, createCanvas, ImageData } from '@napi-rs/canvas';
import type { Bitmap } from '../../../media/media.ts';
import type { Subject } from '../understand/picture.ts';
import type { Box } from '../understand/soft-edge.ts';

/** A product alone, cropped to its outline, `detail` times as large as it appears at rest. */
export interface ProductPicture {
  canvas: Canvas;
  detail: number;
  /** The middle of its box at the base, in its own pixels. */
  anchorX: number;
  anchorY: number;
}

/** Close-ups need more pixels than the composed view; more than the photo has would be made up. */
const mostDetail = 1.5;

/** Clear pixels around the product, so that its edge stays soft however it is placed. */
const margin = 2;

/**
 * `scale` is in frame pixels per photo pixel at rest; `as` which picture of it: as it is shown, or with all that is
 * within its outline opaque.
 */
export function drawProduct(
  subject: Subject,
  scale: number,
  as: 'shown' | 'outlined' = 'shown',
): ProductPicture {
  const detail = Math.min(mostDetail, Math.max(1, 1 / scale));
  const { box } = subject;
  const target = scale * detail;
  const width = (box.right - box.left) * target;
  const height = (box.bottom - box.top) * target;
  const canvas = createCanvas(Math.ceil(width) + 2 * margin, Math.ceil(height) + 2 * margin);
  const { cutOut, seeThrough = cutOut } = subject;
  const whole = as === 'shown' ? seeThrough : cutOut;
  const { picture, source } = nearlyShrunk(whole, box, { width, height });
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, source.x, source.y, source.width, source.height, margin, margin, width, height);
  return { canvas, detail, anchorX: margin + width / 2, anchorY: margin + height };
}

/** Shrunk in halves until one step is left: a single long step would leave jagged edges. */
function nearlyShrunk(cutOut: Bitmap, box: Box, target: { width: number; height: number }) {
  let picture = createCanvas(cutOut.width, cutOut.height);
  picture
    .getContext('2d')
    .putImageData(new ImageData(new Uint8ClampedArray(cutOut.data), cutOut.width, cutOut.height), 0, 0);
  let source = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
  while (source.width > target.width * 2) {
    const half = { x: 0, y: 0, width: source.width / 2, height: source.height / 2 };
    const smaller = createCanvas(Math.ceil(half.width), Math.ceil(half.height));
    const context = smaller.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      picture,
      source.x,
      source.y,
      source.width,
      source.height,
      0,
      0,
      half.width,
      half.height,
    );
    picture = smaller;
    source = half;
  }
  return { picture, source };
}
