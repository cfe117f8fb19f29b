import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import type { Subject } from '../understand/picture.ts';
import type { StageBitmap } from './layer.ts';
import { drawShadow } from './shadow.ts';

/** Sprites are drawn this much larger than they appear at rest, so that a push in stays sharp. */
export const spriteDetail = 1.15;

/** A product with its shadow and its faint mirror on the floor; the anchor is the middle of its base. */
export interface Sprite {
  bitmap: StageBitmap;
  anchorX: number;
  anchorY: number;
}

/** `scale` is in frame pixels per photo pixel. */
export function drawSprite(options: { subject: Subject; scale: number }): Sprite {
  const { subject } = options;
  const scale = options.scale * spriteDetail;
  const { box } = subject;
  const width = (box.right - box.left) * scale;
  const height = (box.bottom - box.top) * scale;
  const side = Math.ceil(width * 0.35 + height * 0.3);
  const above = 8;
  const below = Math.ceil(height * 0.22 + width * 0.1);
  const canvas = createCanvas(Math.ceil(width) + 2 * side, above + Math.ceil(height) + below);
  const context = canvas.getContext('2d');
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  const base = above + height;
  const product = shrink(subject, scale);
  drawShadow({ context, subject, product, left: side, base, scale });
  drawMirror({ context, product, left: side, base });
  context.drawImage(product, side, above);
  return { bitmap: readBack(canvas), anchorX: side + width / 2, anchorY: base };
}

/** The cut-out at its size on the sprite. Shrunk in halves first: one long step would leave jagged edges. */
function shrink({ cutOut, box }: Subject, scale: number): Canvas {
  const photo = createCanvas(cutOut.width, cutOut.height);
  photo
    .getContext('2d')
    .putImageData(new ImageData(new Uint8ClampedArray(cutOut.data), cutOut.width, cutOut.height), 0, 0);
  let from = photo;
  let source = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
  const target = { width: source.width * scale, height: source.height * scale };
  while (source.width > target.width * 2) {
    const half = createCanvas(Math.ceil(source.width / 2), Math.ceil(source.height / 2));
    const context = half.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      from,
      source.x,
      source.y,
      source.width,
      source.height,
      0,
      0,
      source.width / 2,
      source.height / 2,
    );
    from = half;
    source = { x: 0, y: 0, width: source.width / 2, height: source.height / 2 };
  }
  const canvas = createCanvas(Math.ceil(target.width) + 1, Math.ceil(target.height) + 1);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(from, source.x, source.y, source.width, source.height, 0, 0, target.width, target.height);
  return canvas;
}

/** A polished floor gives a little of the product back, less with every pixel away from it. */
function drawMirror(options: { context: SKRSContext2D; product: Canvas; left: number; base: number }): void {
  const { context, product, left, base } = options;
  const reach = product.height * 0.2;
  const mirror = createCanvas(product.width, Math.ceil(reach));
  const drawing = mirror.getContext('2d');
  drawing.setTransform(1, 0, 0, -1, 0, product.height - 1);
  drawing.drawImage(product, 0, 0);
  drawing.setTransform(1, 0, 0, 1, 0, 0);
  drawing.globalCompositeOperation = 'destination-in';
  const fade = drawing.createLinearGradient(0, 0, 0, reach);
  fade.addColorStop(0, 'rgba(0,0,0,0.16)');
  fade.addColorStop(0.4, 'rgba(0,0,0,0.05)');
  fade.addColorStop(1, 'rgba(0,0,0,0)');
  drawing.fillStyle = fade;
  drawing.fillRect(0, 0, mirror.width, mirror.height);
  context.drawImage(mirror, left, base - 1);
}

export function readBack(canvas: Canvas): StageBitmap {
  const { width, height, data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const shared = new Uint8ClampedArray(new SharedArrayBuffer(data.length));
  shared.set(data);
  return { width, height, data: shared };
}
