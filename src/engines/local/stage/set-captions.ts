import type { Note } from '../../../domain/plan.ts';
import type { Caption, Storyboard } from '../../../domain/storyboard.ts';
import type { FrameOrder } from '../render/frame-messages.ts';
import type { Stage, StageCaption } from '../render/layer.ts';
import { createPainter, type Painter } from '../render/painter.ts';
import { captionColours } from '../type/caption-colours.ts';
import { drawCaption } from '../type/draw-caption.ts';
import { shadeRegion } from '../type/draw-shade.ts';
import { type Ground, groundBehind, mergeGrounds } from '../type/ground.ts';
import { type CaptionLayout, layOut } from '../type/lay-out.ts';
import { besideProduct } from './beside-product.ts';

/**
 * Sets the captions of a film on its stage, each in the colour that is best read on what is behind it while it is
 * seen. One that cannot be set is left out, with a note.
 */
export async function setCaptions(options: {
  storyboard: Storyboard;
  /** Whether the captions were sent as a storyboard, rather than found in the prompt: notes point at where they stand. */
  isGiven: boolean;
  stage: Stage;
  clipsAt(frame: number): Promise<FrameOrder['clips']>;
}): Promise<Note[]> {
  const { storyboard, isGiven, stage, clipsAt } = options;
  if (storyboard.captions.length === 0) return [];
  const painter = createPainter(storyboard, { ...stage, captions: [] });
  const notes: Note[] = [];
  for (const [index, caption] of storyboard.captions.entries()) {
    const noteOn = (said: string) =>
      notes.push({
        code: 'caption_changed',
        pointer: isGiven ? `/storyboard/captions/${index}` : '/prompt',
        message: `The caption "${caption.text}" ${said}`,
      });
    const layout = layOut(caption, storyboard);
    if (!layout.fits) {
      noteOn(`was left out: ${layout.reason}`);
      continue;
    }
    for (const said of layout.notes) noteOn(`was changed: ${said}`);
    const ground = await groundOf(caption, layout, { storyboard, painter, clipsAt });
    const brandPalette = [storyboard.set.wall, storyboard.set.accent];
    stage.captions.push(
      onStage(
        drawCaption(layout, captionColours(ground.behind, { brandPalette, around: ground.around })),
        { cue: caption, behindIn: besideProduct(caption, layout.box, { storyboard, stage }) },
        stage,
      ),
    );
  }
  return notes;
}

/** What is behind the caption soon after it comes, in its middle and shortly before it goes. */
async function groundOf(
  { startSeconds, endSeconds }: Caption,
  layout: CaptionLayout,
  options: {
    storyboard: Storyboard;
    painter: Painter;
    clipsAt(frame: number): Promise<FrameOrder['clips']>;
  },
): Promise<{ behind: Ground; around: Ground }> {
  const { storyboard, painter, clipsAt } = options;
  const { width, height, fps, frames } = storyboard;
  const behind: Ground[] = [];
  const around: Ground[] = [];
  for (const share of [0.15, 0.5, 0.85]) {
    const frame = Math.min(
      frames - 1,
      Math.round((startSeconds + share * (endSeconds - startSeconds)) * fps),
    );
    const data = painter.picture(frame, await clipsAt(frame));
    behind.push(groundBehind({ width, height, data }, layout.box));
    around.push(groundBehind({ width, height, data }, shadeRegion(layout)));
  }
  return { behind: mergeGrounds(behind), around: mergeGrounds(around) };
}

function onStage(
  { shade, lines, direction }: ReturnType<typeof drawCaption>,
  { cue, behindIn }: { cue: Caption; behindIn: readonly number[] },
  { bitmaps }: Stage,
): StageCaption {
  return {
    cue,
    direction,
    ...(shade === undefined
      ? {}
      : { shade: { bitmap: bitmaps.push(shade.bitmap) - 1, x: shade.x, y: shade.y, behindIn } }),
    lines: lines.map(({ bitmap, letters, ...line }) => ({
      ...line,
      width: bitmap.width,
      bitmap: bitmaps.push(bitmap) - 1,
      ...(letters === undefined ? {} : { letters: { ...letters, bitmap: bitmaps.push(letters.bitmap) - 1 } }),
    })),
  };
}
