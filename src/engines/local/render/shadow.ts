import { type Canvas, createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { blurPlane } from '../understand/blur.ts';
import type { Subject } from '../understand/picture.ts';

/** Shadows are soft: a third of the resolution holds all there is to see. */
const coarse = 3;

/**
 * Puts the product's shadow on a sprite: the photo's own where it has one, and under every product the dark line
 * of contact and the soft pool of light it keeps off the floor, both from the shape of its foot.
 */
export function drawShadow(options: {
  context: SKRSContext2D;
  subject: Subject;
  product: Canvas;
  left: number;
  base: number;
  scale: number;
}): void {
  const { context, subject, product, left, base, scale } = options;
  const hasOwn = drawOwnShadow({ context, subject, left, base, scale });
  const width = Math.ceil(context.canvas.width / coarse);
  const height = Math.ceil(context.canvas.height / coarse);
  const small = createCanvas(width, height);
  const drawing = small.getContext('2d');
  drawing.drawImage(
    product,
    left / coarse,
    base / coarse - product.height / coarse,
    product.width / coarse,
    product.height / coarse,
  );
  const { data } = drawing.getImageData(0, 0, width, height);
  const size = Math.min(product.height, product.width * 1.3) / coarse;
  const foot = new Float32Array(width * height);
  const from = base / coarse - size * 0.1;
  for (let y = Math.max(0, Math.floor(from)); y < height; y++)
    for (let x = 0; x < width; x++) foot[y * width + x] = (data[(y * width + x) * 4 + 3] ?? 0) / 255;
  const contact = blurPlane(foot, width, height, { x: size * 0.016 + 0.8, y: size * 0.01 + 0.8 });
  const near = blurPlane(foot, width, height, { x: size * 0.06 + 1, y: size * 0.028 + 1 });
  const pool = blurPlane(foot, width, height, { x: size * 0.16 + 1, y: size * 0.06 + 1 });
  const strength = hasOwn
    ? { contact: 0.42, near: 0.3, pool: 0.34 }
    : { contact: 0.5, near: 0.42, pool: 0.5 };
  const shadow = new Uint8ClampedArray(width * height * 4);
  for (let index = 0; index < foot.length; index++) {
    const light =
      (1 - strength.contact * (contact[index] ?? 0)) *
      (1 - strength.near * (near[index] ?? 0)) *
      (1 - strength.pool * (pool[index] ?? 0));
    shadow[index * 4 + 3] = Math.round((1 - light) * 255);
  }
  drawing.putImageData(new ImageData(shadow, width, height), 0, 0);
  context.drawImage(small, 0, 0, width * coarse, height * coarse);
}

/** Draws the shadow found in the photo; false if there is hardly any. */
function drawOwnShadow(options: {
  context: SKRSContext2D;
  subject: Subject;
  left: number;
  base: number;
  scale: number;
}): boolean {
  const { context, subject, left, base, scale } = options;
  const { shadow, box, cutOut } = subject;
  if (shadow === undefined) return false;
  const { width, height } = cutOut;
  const pixels = new Uint8ClampedArray(width * height * 4);
  const size = Math.max(box.right - box.left, box.bottom - box.top);
  let sum = 0;
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const value = shadow[index] ?? 0;
      if (value === 0) continue;
      // The photo's frame must not show: what lies far from the product, or near the frame, fades out.
      const away = Math.max(box.left - x, x - box.right, y - box.bottom, box.top - y, 0) / (size * 0.3);
      const toFrame = Math.min(x, y, width - 1 - x, height - 1 - y) / (width * 0.06);
      const kept = Math.max(0, 1 - away) * Math.min(1, toFrame);
      pixels[index * 4 + 3] = value * kept * 0.85;
      sum += value * kept;
    }
  if (sum / 255 < (box.right - box.left) * 2) return false;
  const photo = createCanvas(width, height);
  photo.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  context.drawImage(photo, left - box.left * scale, base - box.bottom * scale, width * scale, height * scale);
  return true;
}
