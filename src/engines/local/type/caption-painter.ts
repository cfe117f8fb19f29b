import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { canvasOf } from '../stage/read-back.ts';
import type { CaptionCue } from './caption.ts';
import { captionAt, type LineState } from './caption-motion.ts';
import type { DrawnCaption, DrawnLine } from './draw-caption.ts';

export interface CaptionPainter {
  /** Draws the caption over what is there, as it is at a moment of the film. Nothing outside its cue. */
  paint(context: SKRSContext2D, seconds: number): void;
}

export function createCaptionPainter(caption: DrawnCaption, cue: CaptionCue): CaptionPainter {
  const shade = caption.shade === undefined ? undefined : canvasOf(caption.shade.bitmap);
  const lines = caption.lines.map((line) => ({
    line,
    whole: canvasOf(line.bitmap),
    letters: line.letters === undefined ? undefined : canvasOf(line.letters.bitmap),
  }));
  return {
    paint(context, seconds) {
      if (seconds < cue.startSeconds || seconds >= cue.endSeconds) return;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      if (shade !== undefined && caption.shade !== undefined) {
        // The shade is there before the letters and does not move with them.
        const { opacity } = captionAt({ ...cue, motion: 'fade' }, { seconds });
        context.globalAlpha = opacity;
        context.drawImage(shade, caption.shade.x, caption.shade.y);
      }
      for (const [index, drawn] of lines.entries()) {
        const state = captionAt(cue, { seconds, line: index, lines: lines.length });
        if (state.opacity > 0) paintLine(context, { ...drawn, caption, state });
      }
      context.restore();
    },
  };
}

interface LineToPaint {
  caption: DrawnCaption;
  line: DrawnLine;
  whole: Canvas;
  letters: Canvas | undefined;
  state: LineState;
}

function paintLine(context: SKRSContext2D, options: LineToPaint): void {
  const { caption, line, whole, letters, state } = options;
  const { opacity, clip, typed, tracking = 0 } = state;
  context.globalAlpha = opacity;
  if (tracking > 0 && letters !== undefined) {
    paintApart(context, { line, letters, tracking });
    return;
  }
  const masked = clip !== undefined && clip < 1;
  const partly = typed !== undefined && typed < 1;
  if (!masked && !partly) {
    context.drawImage(whole, line.x, line.y);
    return;
  }
  context.save();
  context.beginPath();
  const { left, right } = partly ? typedSpan(caption, line, typed) : spanOf(line);
  context.rect(left, line.top, right - left, line.bottom - line.top);
  context.clip();
  const below = masked ? (1 - clip) * (line.bottom - line.top) : 0;
  context.drawImage(whole, line.x, line.y + below);
  context.restore();
}

const spanOf = ({ x, bitmap }: DrawnLine) => ({ left: x, right: x + bitmap.width });

/** The part of the line whose letters stand already, counted from where reading begins. */
function typedSpan({ direction }: DrawnCaption, line: DrawnLine, typed: number) {
  const { left, right } = spanOf(line);
  const count = Math.floor(typed * line.stops.length);
  const stop = count === 0 ? undefined : line.stops[count - 1];
  if (direction === 'rtl') return { left: stop ?? right, right };
  return { left, right: stop ?? left };
}

/** The letters further apart than they will be. */
function paintApart(
  context: SKRSContext2D,
  { line, letters, tracking }: { line: DrawnLine; letters: Canvas; tracking: number },
): void {
  const { y = 0, cells = [], spreadPx = 0 } = line.letters ?? {};
  const spread = tracking * spreadPx;
  for (const { from, width, x, order } of cells)
    context.drawImage(letters, from, 0, width, letters.height, x + order * spread, y, width, letters.height);
}
