import type { Media } from '../../../media/media.ts';
import { shotsAt } from '../shots-at.ts';
import type { Storyboard } from '../storyboard.ts';
import { ReferenceLost } from '../understand/reference-lost.ts';
import type { Clip } from '../understand/understand.ts';
import type { FrameOrder } from './frame-messages.ts';
import { clipFrame } from './stage.ts';

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
    const { pixelWidth: width, pixelHeight: height } = clipFrame(storyboard, clip.ratio);
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
      const visible = shotsAt(storyboard, frame / storyboard.fps).flatMap((seen) => seen?.shot ?? []);
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

/** When a shot is first seen, with the transition that leads to it. */
function visibleFrom({ shots, transitions }: Storyboard, shot: number): number {
  return transitions.find(({ to }) => to === shot)?.startSeconds ?? shots[shot]?.startSeconds ?? 0;
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
