import { join } from 'node:path';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { Plan } from '../../src/domain/plan.ts';
import type { Media } from '../../src/media/media.ts';
import type { Show } from './shows.ts';

const gap = 8;

/** Sixteen moments of a film, four in a row. */
export async function drawSheet(
  media: Media,
  video: string,
  { plan, path }: { plan: Pick<Plan, 'width' | 'height' | 'durationSeconds'>; path: string },
): Promise<void> {
  const frames = await momentsOf(media, video, { plan, count: 16, short: 270 });
  await tile(media, frames, { columns: plan.width >= plan.height ? 4 : 8, path });
}

/** One moment of every film, all at one height. */
export async function drawOverview(media: Media, shows: readonly Show[], folder: string): Promise<void> {
  const rows: Moment[][] = [];
  for (const wide of ['16:9', '1:1', '9:16'] as const) {
    const alike = shows.filter(({ ratio }) => ratio === wide);
    const perRow = wide === '16:9' ? 4 : wide === '1:1' ? 6 : 9;
    const moments: Moment[] = [];
    for (const show of alike) {
      const [width, height] = wide === '16:9' ? [480, 270] : wide === '1:1' ? [316, 316] : [208, 370];
      const plan = { width, height, durationSeconds: show.seconds };
      const video = join(folder, show.name, 'video.mp4');
      const found = await momentsOf(media, video, { plan, count: 6, short: Math.min(width, height) });
      moments.push(...found.slice(1, 2));
    }
    for (let at = 0; at < moments.length; at += perRow) rows.push(moments.slice(at, at + perRow));
  }
  const width = Math.max(...rows.map((row) => row.reduce((sum, moment) => sum + moment.width + gap, gap)));
  const height = rows.reduce((sum, row) => sum + (row[0]?.height ?? 0) + gap, gap);
  const sheet = createCanvas(even(width), even(height));
  let y = gap;
  for (const row of rows) {
    let x = gap;
    for (const moment of row) {
      sheet.getContext('2d').putImageData(imageOf(moment), x, y);
      x += moment.width + gap;
    }
    y += (row[0]?.height ?? 0) + gap;
  }
  await write(media, sheet, join(folder, 'overview.jpg'));
}

interface Moment {
  width: number;
  height: number;
  data: Buffer;
}

const even = (value: number) => Math.ceil(value / 2) * 2;

async function momentsOf(
  media: Media,
  video: string,
  options: {
    plan: Pick<Plan, 'width' | 'height' | 'durationSeconds'>;
    count: number;
    short: number;
  },
): Promise<Moment[]> {
  const { plan, count, short } = options;
  const scale = short / Math.min(plan.width, plan.height);
  const size = { width: even(plan.width * scale), height: even(plan.height * scale) };
  const fps = 12;
  const frames: Buffer[] = [];
  const seconds = plan.durationSeconds;
  for await (const data of media.decodeVideo(video, { ...size, fps, startSeconds: 0, seconds }))
    frames.push(Buffer.from(data));
  return Array.from({ length: count }, (_, index) => {
    const data = frames[Math.floor(((index + 0.5) * frames.length) / count)];
    if (data === undefined) throw new Error(`${video} has no pictures.`);
    return { ...size, data };
  });
}

async function tile(
  media: Media,
  moments: readonly Moment[],
  { columns, path }: { columns: number; path: string },
): Promise<void> {
  const [first] = moments;
  if (first === undefined) throw new Error('A contact sheet needs a picture.');
  const rows = Math.ceil(moments.length / columns);
  const sheet = createCanvas(
    even(columns * (first.width + gap) + gap),
    even(rows * (first.height + gap) + gap),
  );
  for (const [index, moment] of moments.entries())
    sheet
      .getContext('2d')
      .putImageData(
        imageOf(moment),
        gap + (index % columns) * (first.width + gap),
        gap + Math.floor(index / columns) * (first.height + gap),
      );
  await write(media, sheet, path);
}

function imageOf({ width, height, data }: Moment) {
  const image = createCanvas(width, height).getContext('2d').createImageData(width, height);
  image.data.set(data);
  return image;
}

async function write(media: Media, sheet: Canvas, path: string): Promise<void> {
  const { width, height } = sheet;
  const context = sheet.getContext('2d');
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#101012';
  context.fillRect(0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  await media.encodeStill({ width, height, data: Buffer.from(data.buffer) }, { path, quality: 86 });
}
