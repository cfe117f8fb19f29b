import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Media } from '../../../media/media.ts';
import { shotsAt, visibleFrom } from '../shots-at.ts';
import { clipFrame } from '../stage/clip-frame.ts';
import type { Clip } from '../understand/clip.ts';
import { ReferenceLost } from '../understand/reference-lost.ts';
import type { FrameOrder } from './frame-messages.ts';

/** The running pictures of the reference clips, asked for frame by frame in the order of the film. */
export interface ClipReel {
  framesFor(frame: number): Promise<FrameOrder['clips']>;
  close(): Promise<void>;
}

interface OpenClip {
  width: number;
  height: number;
  pictures: AsyncIterator<Buffer>;
  /** Held when the clip ends before its shot does. */
  last: Buffer | undefined;
}

export function openReel(options: {
  storyboard: Storyboard;
  clips: readonly Clip[];
  media: Media;
  signal: AbortSignal;
}): ClipReel {
  const { storyboard, clips, media, signal } = options;
  const open = new Map<number, OpenClip>();
  const start = (shot: number, seconds: number): OpenClip | undefined => {
    const subject = storyboard.shots[shot]?.subject;
    if (subject?.kind !== 'clip') return undefined;
    const clip = clips.find(({ position }) => position === subject.position);
    if (clip === undefined)
      throw new Error(`The storyboard shows video ${subject.position}, which was not read.`);
    const { width, height } = clipFrame(storyboard, clip.ratio);
    // Normally its first visible frame; a poster may ask for one in the middle.
    // Whole frames: a start between two pictures of the clip would show one twice and skip another.
    const elapsedFrames = Math.round((seconds - visibleFrom(storyboard, shot)) * storyboard.fps);
    const elapsed = Math.max(0, elapsedFrames) / storyboard.fps;
    const startSeconds = Math.min(
      subject.fromSeconds + elapsed,
      Math.max(0, clip.seconds - 2 / storyboard.fps),
    );
    const pictures = media
      .decodeVideo(clip.path, {
        width,
        height,
        fps: storyboard.fps,
        startSeconds,
        seconds: Math.max(1 / storyboard.fps, clip.seconds - startSeconds),
        signal,
      })
      [Symbol.asyncIterator]();
    const opened: OpenClip = { width, height, pictures, last: undefined };
    open.set(shot, opened);
    return opened;
  };
  return {
    async framesFor(frame) {
      const { shot: first, next } = shotsAt(storyboard, frame / storyboard.fps);
      const visible = next === undefined ? [first] : [first, next.shot];
      for (const shot of [...open.keys()].filter((shot) => !visible.includes(shot))) {
        await open.get(shot)?.pictures.return?.();
        open.delete(shot);
      }
      const frames: FrameOrder['clips'] = [];
      for (const shot of visible) {
        const clip = open.get(shot) ?? start(shot, frame / storyboard.fps);
        if (clip === undefined) continue;
        const next = await nextPicture(clip, storyboard, shot);
        // A copy: the thread takes it away, and the last picture may be needed again.
        frames.push({
          shot,
          width: clip.width,
          height: clip.height,
          data: new Uint8Array(next).slice().buffer,
        });
      }
      return frames;
    },
    async close() {
      for (const clip of open.values()) await clip.pictures.return?.();
      open.clear();
    },
  };
}

async function nextPicture(clip: OpenClip, storyboard: Storyboard, shot: number): Promise<Buffer> {
  const subject = storyboard.shots[shot]?.subject;
  const name = subject?.kind === 'clip' ? `Video ${subject.position}` : 'A clip';
  let next: IteratorResult<Buffer>;
  try {
    next = await clip.pictures.next();
  } catch (error) {
    throw new ReferenceLost(
      `${name} could not be decoded: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  if (next.done !== true) clip.last = next.value;
  if (clip.last === undefined) throw new ReferenceLost(`${name} holds no picture.`);
  return clip.last;
}
