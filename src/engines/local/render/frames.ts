import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Storyboard } from '../../../domain/storyboard.ts';
import { siblingModule } from '../sibling-module.ts';
import type { ClipReel } from './clip-reel.ts';
import type { FrameOrder, FrameWorkerData, PaintedFrame } from './frame-messages.ts';
import { i420Bytes } from './i420.ts';
import type { Stage } from './layer.ts';

/** Frames a thread may have waiting or finished; all frames in memory are this many times the threads. */
const framesAhead = 3;

/**
 * Every frame of the film in order, I420, painted by up to two threads. A frame is valid until the next one is
 * asked for. Stopping the iteration ends the threads.
 */
export async function* paintFrames(options: {
  storyboard: Storyboard;
  stage: Stage;
  reel: ClipReel;
}): AsyncGenerator<Buffer> {
  const { storyboard, stage, reel } = options;
  const data: FrameWorkerData = { storyboard, stage };
  const threads = Math.min(2, availableParallelism(), storyboard.frames);
  const workers = Array.from(
    { length: threads },
    () => new Worker(siblingModule(import.meta.url, './frame-worker'), { workerData: data }),
  );
  const finished = new Map<number, ArrayBuffer>();
  let wake: () => void = () => undefined;
  let broken: Error | undefined;
  for (const worker of workers) {
    worker.on('message', ({ frame, buffer }: PaintedFrame) => {
      finished.set(frame, buffer);
      wake();
    });
    worker.on('error', (error) => {
      broken = error instanceof Error ? error : new Error(String(error));
      wake();
    });
    worker.on('exit', (code) => {
      broken ??= new Error(`A painting thread ended with code ${code} before the last frame.`);
      wake();
    });
  }
  const spare = Array.from(
    { length: threads * framesAhead },
    () => new ArrayBuffer(i420Bytes(storyboard.width, storyboard.height)),
  );
  let ordered = 0;
  // Frames go round the threads in turn, so the clips' pictures are taken in the order of the film.
  const orderMore = async () => {
    while (spare.length > 0 && ordered < storyboard.frames) {
      const frame = ordered++;
      const clips = await reel.framesFor(frame);
      const order: FrameOrder = { frame, buffer: spare.pop() ?? new ArrayBuffer(0), clips };
      workers[frame % threads]?.postMessage(order, [order.buffer, ...clips.map((clip) => clip.data)]);
    }
  };
  try {
    for (let frame = 0; frame < storyboard.frames; frame++) {
      await orderMore();
      while (!finished.has(frame)) {
        if (broken !== undefined) throw broken;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const buffer = finished.get(frame) ?? new ArrayBuffer(0);
      finished.delete(frame);
      yield Buffer.from(buffer);
      spare.push(buffer);
    }
  } finally {
    await reel.close();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
