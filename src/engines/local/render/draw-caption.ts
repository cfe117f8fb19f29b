import type { Kernel, Row, Surface } from '../kernel/kernel.ts';
import { captionAt, type LineState } from '../type/caption-motion.ts';
import { cropped, put } from './draw-plate.ts';
import type { StageCaption, StageCaptionLine } from './layer.ts';

interface CaptionToDraw {
  kernel: Kernel;
  frame: Surface;
  caption: StageCaption;
  pictures: readonly Surface[];
  seconds: number;
}

/** Draws what lies below the letters of a caption, where they need it. Nothing outside its cue. */
export function drawCaptionShade(options: CaptionToDraw): void {
  const { cue, shade } = options.caption;
  if (shade === undefined || !isSeen(options)) return;
  // The shade is there before the letters and does not move with them.
  const { opacity } = captionAt({ ...cue, motion: 'fade' }, { seconds: options.seconds });
  painterOf(options)(shade.bitmap, shade, { opacity });
}

/** Draws the letters of a caption over what is there, as they are at a moment of the film. Nothing outside its cue. */
export function drawCaption(options: CaptionToDraw): void {
  const { caption, seconds } = options;
  if (!isSeen(options)) return;
  const painted = painterOf(options);
  for (const [index, line] of caption.lines.entries()) {
    const state = captionAt(caption.cue, { seconds, line: index, lines: caption.lines.length });
    if (state.opacity > 0) drawLine({ line, state, caption, painted });
  }
}

const isSeen = ({ caption: { cue }, seconds }: CaptionToDraw) =>
  seconds >= cue.startSeconds && seconds < cue.endSeconds;

function painterOf({ kernel, frame, pictures }: CaptionToDraw) {
  return (bitmap: number, place: { x: number; y: number }, rest: Rest) => {
    const picture = pictures[bitmap];
    if (picture === undefined) throw new Error(`Picture ${bitmap} of a caption is missing.`);
    put({ kernel, frame, picture, left: place.x, top: place.y, scale: 1, blend: 'normal', ...rest });
  };
}

interface Rest {
  opacity: number;
  change?(row: Row, y: number): Row | undefined;
}

interface LineToDraw {
  line: StageCaptionLine;
  state: LineState;
  caption: StageCaption;
  painted(bitmap: number, place: { x: number; y: number }, rest: Rest): void;
}

function drawLine({ line, state, caption, painted }: LineToDraw): void {
  const { opacity, clip = 1, typed = 1, tracking = 0 } = state;
  const { top, bottom, letters } = line;
  if (tracking > 0 && letters !== undefined) {
    for (const { from, width, x, order } of letters.cells) {
      const left = x + order * tracking * letters.spreadPx;
      painted(
        letters.bitmap,
        { x: left - from, y: letters.y },
        { opacity, change: (row) => cropped(row, left, left + width) },
      );
    }
    return;
  }
  const below = (1 - clip) * (bottom - top);
  const span = typed < 1 ? typedSpan(caption, line, typed) : undefined;
  const isWhole = clip === 1 && span === undefined;
  painted(
    line.bitmap,
    { x: line.x, y: line.y + below },
    {
      opacity,
      ...(isWhole
        ? {}
        : {
            change: (row: Row, y: number) =>
              y < top || y >= bottom
                ? undefined
                : span === undefined
                  ? row
                  : cropped(row, span.left, span.right),
          }),
    },
  );
}

/** The part of the line whose letters stand already, counted from where reading begins. */
function typedSpan({ direction }: StageCaption, line: StageCaptionLine, typed: number) {
  const [left, right] = [line.x, line.x + line.width];
  const count = Math.floor(typed * line.stops.length);
  const stop = count === 0 ? undefined : line.stops[count - 1];
  if (direction === 'rtl') return { left: stop ?? right, right };
  return { left, right: stop ?? left };
}
