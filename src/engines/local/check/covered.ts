import type { Storyboard } from '../../../domain/storyboard.ts';
import { type Projection, projectionOf } from '../camera/projection.ts';
import { unrolled } from '../camera/roll.ts';
import { viewAt } from '../camera/view.ts';
import type { PlateLayer, Stage, StageBitmap } from '../render/layer.ts';
import { geometryOf } from '../set/geometry.ts';

/** Alpha from which a thing before the product changes its colour. */
const covers = 6;

/** Whether foreground or a caption lies over a place of the frame at a moment. */
export function coveredAt(
  { storyboard, stage }: { storyboard: Storyboard; stage: Stage },
  shot: number,
  seconds: number,
): (x: number, y: number) => boolean {
  const { layers, aimY } = stage.shots[shot] ?? { layers: [], aimY: 0 };
  const camera = storyboard.shots[shot]?.camera;
  if (camera === undefined) return () => false;
  const view = viewAt(camera, seconds, storyboard.seed);
  const geometry = geometryOf(storyboard);
  const projection = projectionOf(view, geometry, aimY);
  const before = layers
    .slice(layers.findIndex(({ kind }) => kind === 'actor') + 1)
    .flatMap((layer) => (layer.kind === 'plate' ? [plateAlpha(layer, stage.bitmaps, projection)] : []));
  const captions = captionAlphas(stage, seconds);
  return (x, y) => {
    const upright = unrolled({ x, y }, view, geometry);
    return (
      before.some((alpha) => alpha(upright.x, upright.y) >= covers) ||
      captions.some((alpha) => alpha(x, y) >= covers)
    );
  };
}

type Alpha = (x: number, y: number) => number;

function plateAlpha(layer: PlateLayer, bitmaps: readonly StageBitmap[], projection: Projection): Alpha {
  const bitmap = bitmaps[layer.bitmap];
  const { x, y, scale } = projection.place(layer);
  const size = scale * layer.scale;
  return (atX, atY) => alphaAt(bitmap, (atX - x) / size + layer.anchorX, (atY - y) / size + layer.anchorY);
}

/** A caption counts as covering all of its lines, for its letters move. */
function captionAlphas({ captions, bitmaps }: Stage, seconds: number): Alpha[] {
  return captions
    .filter(({ cue }) => seconds >= cue.startSeconds && seconds < cue.endSeconds)
    .flatMap(({ shade, lines }): Alpha[] => [
      ...(shade === undefined
        ? []
        : [(x: number, y: number) => alphaAt(bitmaps[shade.bitmap], x - shade.x, y - shade.y)]),
      ...lines.map(({ bitmap, x: left, y: top, width }) => {
        const height = bitmaps[bitmap]?.height ?? 0;
        return (x: number, y: number) =>
          x >= left - height && x < left + width + height && y >= top - height && y < top + 2 * height
            ? 255
            : 0;
      }),
    ]);
}

function alphaAt(bitmap: StageBitmap | undefined, x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (bitmap === undefined || column < 0 || row < 0 || column >= bitmap.width || row >= bitmap.height)
    return 0;
  return bitmap.data[(row * bitmap.width + column) * 4 + 3] ?? 0;
}
