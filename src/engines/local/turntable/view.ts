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
  /** Signed distance from the outline in pixels, positive inside; see `alphaOfEdge`. */
  edge: Float32Array;
}

/** Clear pixels around the product, so that a soft edge is never cut by the border of the view. */
const margin = 6;

/**
 * Brings photos of one product to one height, with the middle of the foot on one vertical axis, all on a ground of
 * one size: only then a turn from one to the next neither grows nor jumps.
 */
export function alignViews(subjects: readonly Pick<Subject, 'cutOut' | 'box'>[], height: number): View[] {
  const scales = subjects.map(({ box }) => height / (box.bottom - box.top));
  const feet = axesOf(subjects);
  const reach = (side: (box: Box, foot: number) => number) =>
    Math.ceil(Math.max(...subjects.map(({ box }, n) => side(box, feet[n] ?? 0) * (scales[n] ?? 1))));
  const left = reach((box, foot) => foot - box.left) + margin;
  const right = reach((box, foot) => box.right - foot) + margin;
  const size = { width: left + right, height: height + 2 * margin };
  return subjects.map(({ cutOut, box }, n) => {
    const scale = scales[n] ?? 1;
    const premultiplied = resample(cutOut, {
      ...size,
      scale,
      left: (feet[n] ?? 0) - left / scale,
      top: box.top - margin / scale,
    });
    return {
      ...size,
      axis: left,
      base: height + margin,
      colour: spreadColour(premultiplied, size.width, size.height),
      edge: edgeDistance(premultiplied, size.width, size.height),
    };
  });
}
