import type { Grade, Storyboard } from '../../../domain/storyboard.ts';
import { applyLut, type Lut, lutOf } from '../grade/lut.ts';
import type { Kernel, Surface } from '../kernel/kernel.ts';
import { visibleFrom } from '../shots-at.ts';
import type { FrameOrder } from './frame-messages.ts';
import type { ClipLayer } from './layer.ts';

type ClipScreen = (layer: ClipLayer, shot: number, seconds: number, clips: FrameOrder['clips']) => Surface;

/** The picture that a clip shows at a moment, graded and steadied; kept until the shot's next one is asked for. */
export function createClipScreen(kernel: Kernel, storyboard: Storyboard): ClipScreen {
  const surfaces = new Map<string, Surface>();
  const luts = new Map<Grade, Lut>();
  const surfaceFor = (name: string, { width, height }: { width: number; height: number }) => {
    const key = `${name} ${width} ${height}`;
    const surface = surfaces.get(key) ?? kernel.surface(width, height);
    surfaces.set(key, surface);
    return surface;
  };
  const lutFor = (grade: Grade) => {
    const lut = luts.get(grade) ?? lutOf(grade);
    luts.set(grade, lut);
    return lut;
  };
  return ({ grade, steady }, shot, seconds, clips) => {
    const clip = clips.find((candidate) => candidate.shot === shot);
    if (clip === undefined) throw new Error(`The picture of the clip in shot ${shot} is missing.`);
    const data = new Uint8Array(clip.data);
    if (grade !== undefined) applyLut(lutFor(grade), data);
    const picture = kernel.load({ ...clip, data }, surfaceFor(`${shot}`, clip));
    if (steady === undefined) return picture;
    const elapsed = Math.round((seconds - visibleFrom(storyboard, shot)) * storyboard.fps);
    const from = steady[Math.min(steady.length - 1, Math.max(0, elapsed))];
    if (from === undefined) return picture;
    const still = surfaceFor(`${shot} steady`, clip);
    kernel.drawTurned(still, picture, from);
    return still;
  };
}
