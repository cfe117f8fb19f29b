import type { Media, Sound } from '../../media/media.ts';
import { soundRate } from '../../media/media.ts';
import { blocksOf, wordRows } from './block-letters.ts';

/** What a test card shows and plays. Equal cards are equal files. */
export interface Card {
  width: number;
  height: number;
  seconds: number;
  /** `silence` is a sound track with nothing to hear. */
  sound: 'pips' | 'silence' | 'none';
}

const fps = 12;

/** Writes an MP4 that says SIMULATED, with a bar that passes once in two seconds and a pip at every second. */
export async function writeTestCard(
  media: Pick<Media, 'encode'>,
  { path, card }: { path: string; card: Card },
): Promise<void> {
  const { width, height, seconds } = card;
  const frames = Math.max(1, Math.round(seconds * fps));
  const sound = card.sound === 'none' ? undefined : soundOf(card, frames / fps);
  const encoder = await media.encode({ path, width, height, fps, ...(sound === undefined ? {} : { sound }) });
  try {
    const still = stillOf(card);
    const frame = Buffer.alloc(still.length);
    for (let index = 0; index < frames; index++) {
      still.copy(frame);
      drawBar(frame, card, (index / fps / 2) % 1);
      await encoder.write(frame);
    }
    await encoder.finish();
  } catch (error) {
    encoder.abort();
    throw error;
  }
}

const [darkest, lightest, white] = [48, 112, 235];

/** I420: a slope from dark to light, blue above and green below, with the word across its middle. */
function stillOf({ width, height }: Card): Buffer {
  const frame = Buffer.alloc((width * height * 3) / 2);
  for (let row = 0; row < height; row++)
    frame.fill(Math.round(darkest + ((lightest - darkest) * row) / height), row * width, (row + 1) * width);
  const [columns, rows] = [width / 2, height / 2];
  const [blueAt, redAt] = [width * height, width * height + columns * rows];
  for (let row = 0; row < rows; row++) {
    frame.fill(Math.round(168 - (50 * row) / rows), blueAt + row * columns, blueAt + (row + 1) * columns);
    frame.fill(112, redAt + row * columns, redAt + (row + 1) * columns);
  }
  drawWord(frame, width, height);
  return frame;
}

function drawWord(frame: Buffer, width: number, height: number): void {
  const { blocks, columns } = blocksOf('SIMULATED');
  const side = Math.floor((width * 0.8) / columns);
  const [left, top] = [Math.floor((width - side * columns) / 2), Math.floor((height - side * wordRows) / 2)];
  for (const { column, row } of blocks)
    for (let y = top + row * side; y < top + (row + 1) * side; y++) {
      const start = y * width + left + column * side;
      frame.fill(white, start, start + side);
    }
}

/** `across` from 0 to 1. Below the word, and broad enough to be seen in the smallest preview. */
function drawBar(frame: Buffer, { width, height }: Card, across: number): void {
  const barWidth = Math.floor(width / 8);
  const left = Math.floor((width - barWidth) * across);
  for (let row = Math.floor(height * 0.75); row < Math.floor(height * 0.9); row++)
    frame.fill(white, row * width + left, row * width + left + barWidth);
}

const pip = { hertz: 660, seconds: 0.2, level: 0.4 };

function soundOf({ sound }: Card, seconds: number): Sound {
  const samples = new Float32Array(Math.round(seconds * soundRate));
  const pipSamples = pip.seconds * soundRate;
  if (sound === 'pips')
    for (let index = 0; index < samples.length; index++) {
      const within = index % soundRate;
      if (within >= pipSamples) continue;
      const fade = Math.sin((Math.PI * within) / pipSamples);
      samples[index] = pip.level * fade * Math.sin((2 * Math.PI * pip.hertz * within) / soundRate);
    }
  return { left: samples, right: samples };
}
