import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { Bitmap } from '../../../media/media.ts';
import type { Frame, StageBitmap } from '../render/layer.ts';
import { cardSize } from '../set/geometry.ts';
import { readBack } from './read-back.ts';

/** Cards are drawn this much larger than they appear at rest, so that a push in stays sharp. */
export const cardDetail = 1.25;

/** A picture as a card with round corners and a soft shadow, at `cardDetail` times its size in the frame. */
export function drawCard(picture: Bitmap, frame: Frame): StageBitmap {
  const atRest = cardSize(picture.width / picture.height, frame);
  const scale = (atRest.width / picture.width) * cardDetail;
  const width = Math.round(picture.width * scale);
  const height = Math.round(picture.height * scale);
  const blur = Math.min(width, height) * 0.06;
  const margin = Math.ceil(blur * 3);
  const radius = Math.min(width, height) * 0.04;
  const photo = createCanvas(picture.width, picture.height);
  photo
    .getContext('2d')
    .putImageData(new ImageData(new Uint8ClampedArray(picture.data), picture.width, picture.height), 0, 0);
  const canvas = createCanvas(width + 2 * margin, height + 2 * margin);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.beginPath();
  context.roundRect(margin, margin, width, height, radius);
  context.shadowColor = 'rgba(0,0,0,0.42)';
  context.shadowBlur = blur;
  context.shadowOffsetY = blur * 0.6;
  context.fillStyle = '#fff';
  context.fill();
  context.shadowColor = 'transparent';
  context.clip();
  context.drawImage(photo, margin, margin, width, height);
  return readBack(canvas);
}
