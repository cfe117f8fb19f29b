import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../sibling-module.ts';
import type { Picture, PictureOptions } from './picture.ts';

export interface PictureOrder {
  id: number;
  options: PictureOptions;
}

export interface UnderstoodPicture {
  id: number;
  picture: Picture;
}

/** Understands pictures on up to two threads; cutting one out takes about a second of a core. */
export interface PicturePool {
  understand(options: PictureOptions): Promise<Picture>;
  close(): Promise<void>;
}

/** Its threads start with the first pictures: where all of them are known from earlier films, none does. */
export function openPicturePool(pictures: number): PicturePool {
  const threads = Math.min(2, availableParallelism(), Math.max(1, pictures));
  const waiting = new Map<number, { resolve(picture: Picture): void; reject(error: unknown): void }>();
  const failAll = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const workers: Worker[] = [];
  const start = () => {
    const worker = new Worker(siblingModule(import.meta.url, './picture-worker'));
    worker.on('message', ({ id, picture }: UnderstoodPicture) => {
      waiting.get(id)?.resolve(withBuffers(picture));
      waiting.delete(id);
    });
    worker.on('error', failAll);
    worker.on('exit', (code) => failAll(new Error(`A picture thread ended with code ${code}.`)));
    workers.push(worker);
    return worker;
  };
  let next = 0;
  return {
    understand(options) {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        const order: PictureOrder = { id, options };
        const worker = workers[id % threads] ?? start();
        worker.postMessage(order);
      });
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function withBuffers(picture: Picture): Picture {
  const bufferOf = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { bitmap, subject } = picture;
  return {
    ...picture,
    bitmap: { ...bitmap, data: bufferOf(bitmap.data) },
    ...(subject === undefined
      ? {}
      : { subject: { ...subject, cutOut: { ...subject.cutOut, data: bufferOf(subject.cutOut.data) } } }),
  };
}
