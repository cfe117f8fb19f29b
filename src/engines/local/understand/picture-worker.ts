import { parentPort } from 'node:worker_threads';
import { understandPicture } from './picture.ts';
import type { PictureOrder, UnderstoodPicture } from './picture-pool.ts';

const port = parentPort;
if (port === null) throw new Error('picture-worker runs as a worker thread only.');

port.on('message', ({ id, options }: PictureOrder) => {
  const { bitmap } = options;
  // Across the thread border a Buffer arrives as plain bytes.
  const data = Buffer.from(bitmap.data.buffer, bitmap.data.byteOffset, bitmap.data.byteLength);
  const picture = understandPicture({ ...options, bitmap: { ...bitmap, data } });
  const answer: UnderstoodPicture = { id, picture };
  port.postMessage(answer);
});
