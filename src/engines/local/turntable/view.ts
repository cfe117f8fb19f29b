import type { Subject } from '../understand/picture.ts';
import type { Box } from '../understand/soft-edge.ts';
import { edgeDistance } from './edge-distance.ts';
import { axesOf } from './find-axes.ts';
import { resample } from './resample.ts';
import { spreadColour } from './spread-colour.ts';

/** One photo of the product, freed, brought to the height and stood on the axis that all views of a turn share. */
export interface View {
  width: number;
  height: number;
  /** Where the product's axis stands, and the line its foot stands on, in pixels of the view. */
  axis: number;
  base: number;
  /** RGBX, four bytes a pixel; colour goes on beyond the outline, so that no sample at the edge meets ground. */
  colour: Uint8ClampedArray;
  /** The same as it is drawn, where clear glass lets the set through: premultiplied RGBA. Absent: as `colour`. */
  shown?: Uint8ClampedArray;
  /** Signed distance from the outline in pixels, positive inside; see `alphaOfEdge`. */
  edge: Float32Array;
}

/** Clear pixels around the product, so that a soft edge is never cut by the border of the view. */
const margin = 6;

/**
 * Brings photos of one product to one height, with the middle of the foot on one vertical axis, all on a ground of
 * one size: only then a turn from one to the next neither grows nor jumps.
 */
export function alignViews(
  subjects: readonly Pick<Subject, 'cutOut' | 'seeThrough' | 'box'>[],
  height: number,
): View[] {
  const scales = subjects.map(({ box }) => height / (box.bottom - box.top));
  const feet = axesOf(subjects);
  const reach = (side: (box: Box, foot: number) => number) =>
    Math.ceil(Math.max(...subjects.map(({ box }, n) => side(box, feet[n] ?? 0) * (scales[n] ?? 1))));
  const left = reach((box, foot) => foot - box.left) + margin;
  const right = reach((box, foot) => box.right - foot) + margin;
  const size = { width: left + right, height: height + 2 * margin };
  return subjects.map(({ cutOut, seeThrough, box }, n) => {
    const scale = scales[n] ?? 1;
    const cut = { ...size, scale, left: (feet[n] ?? 0) - left / scale, top: box.top - margin / scale };
    const premultiplied = resample(cutOut, cut);
    return {
      ...size,
      axis: left,
      base: height + margin,
      colour: spreadColour(premultiplied, size.width, size.height),
      ...(seeThrough === undefined
        ? {}
        : { shown: shownThrough(resample(seeThrough, cut), premultiplied, size) }),
      edge: edgeDistance(premultiplied, size.width, size.height),
    };
  });
}

/** Of what is drawn within the outline, its own alpha too goes on beyond it: the outline is drawn by its distance. */
function shownThrough(
  shown: Float32Array,
  outline: Float32Array,
  { width, height }: { width: number; height: number },
): Uint8ClampedArray {
  const cover = (from: (at: number) => number) => {
    const planes = new Float32Array(shown.length);
    for (let at = 0; at < planes.length; at++)
      planes[at] = (at & 3) === 3 ? (outline[at] ?? 0) : Math.min(from(at), outline[at | 3] ?? 0);
    return spreadColour(planes, width, height);
  };
  const colour = cover((at) => shown[at] ?? 0);
  const alpha = cover((at) => shown[at | 3] ?? 0);
  for (let at = 3; at < colour.length; at += 4) colour[at] = alpha[at - 1] ?? 255;
  return colour;
}
