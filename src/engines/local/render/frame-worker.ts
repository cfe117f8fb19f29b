import { parentPort, workerData } from 'node:worker_threads';
import type { FrameOrder, FrameWorkerData, PaintedFrame } from './frame-messages.ts';
import { createPainter } from './painter.ts';

const port = parentPort;
if (port === null) throw new Error('frame-worker runs as a worker thread only.');
const { storyboard, stage }: FrameWorkerData = workerData;
const painter = createPainter(storyboard, stage);

port.on('message', ({ frame, buffer, clips }: FrameOrder) => {
  painter.paint(frame, clips, new Uint8Array(buffer));
  const painted: PaintedFrame = { frame, buffer };
  port.postMessage(painted, [buffer]);
});
