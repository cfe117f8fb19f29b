import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Stage } from './layer.ts';

/** What a painting thread is started with. */
export interface FrameWorkerData {
  storyboard: Storyboard;
  stage: Stage;
}

/** One frame to paint. `buffer` was used up by an earlier frame and is filled anew. */
export interface FrameOrder {
  frame: number;
  buffer: ArrayBuffer;
  clips: { shot: number; width: number; height: number; data: ArrayBuffer }[];
}

export interface PaintedFrame {
  frame: number;
  /** I420. */
  buffer: ArrayBuffer;
}
