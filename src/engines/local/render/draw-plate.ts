import type { Projection, Seen } from '../camera/projection.ts';
import type { Blend, Kernel, Row, Surface } from '../kernel/kernel.ts';
import type { ClipLayer, Frame, PlateLayer } from './layer.ts';

/** Draws an upright picture that faces the lens. */
export function drawPlate(options: {
  kernel: Kernel;
  frame: Surface;
  layer: PlateLayer;
  picture: Surface;
  projection: Projection;
  /** The row of the frame from which on it will be hidden. */
  hiddenFrom?: number;
}): void {
  const { kernel, frame, layer, picture, projection, hiddenFrom = frame.height } = options;
  const rest = projection.place({ x: layer.x, y: layer.y, distance: layer.distance });
  const asked = { ...rest, scale: rest.scale * layer.scale };
  const { x, y, scale } = layer.covers ? covering(asked, layer, { picture, frame }) : asked;
  const left = x - layer.anchorX * scale;
  const top = y - layer.anchorY * scale;
  put({
    kernel,
    frame,
    picture,
    left,
    top,
    scale,
    blend: layer.blend,
    ...(hiddenFrom < frame.height
      ? { change: (row: Row, y: number) => (y < hiddenFrom ? row : undefined) }
      : {}),
  });
}

/** Draws the running picture of a clip at its place. */
export function drawClip(options: {
  kernel: Kernel;
  frame: Surface;
  layer: ClipLayer;
  picture: Surface;
  projection: Projection;
}): void {
  const { layer, picture } = options;
  const scale = layer.width / picture.width;
  const [anchorX, anchorY] = [picture.width / 2, picture.height / 2];
  const { x, y, covers } = layer;
  drawPlate({
    ...options,
    layer: { kind: 'plate', bitmap: 0, x, y, anchorX, anchorY, scale, distance: 1, blend: 'replace', covers },
  });
}

/**
 * Draws a picture with its upper left corner at a place of the frame, to a fraction of a pixel, at a scale. `change`
 * may crop a row, or let its opacity change along it.
 */
export function put(options: {
  kernel: Kernel;
  frame: Surface;
  picture: Surface;
  left: number;
  top: number;
  scale: number;
  scaleX?: number;
  blend: Blend;
  opacity?: number;
  /** What a row becomes, by its place in the frame; undefined leaves it out. */
  change?(row: Row, y: number): Row | undefined;
}): void {
  const { kernel, frame, picture, left, top, scale, scaleX = scale, blend, opacity = 1, change } = options;
  // The rows and columns whose middles lie between the middles of the picture's outermost pixels.
  const first = Math.ceil(top + scale / 2 - 0.5 - edge);
  const last = Math.floor(top + (picture.height - 0.5) * scale - 0.5 + edge);
  const from = Math.max(0, Math.ceil(left + scaleX / 2 - 0.5 - edge));
  const to = Math.min(frame.width, Math.floor(left + (picture.width - 0.5) * scaleX - 0.5 + edge) + 1);
  if (to <= from) return;
  const du = 1 / scaleX;
  const u = Math.max(0, (from + 0.5 - left) * du - 0.5);
  kernel.drawRows({
    frame,
    source: picture,
    y: first,
    rows: last - first + 1,
    blend,
    row(index) {
      const v = Math.min(picture.height - 1, Math.max(0, (first + index + 0.5 - top) / scale - 0.5));
      const row: Row = { v, u, du, from, to, opacity, step: 0 };
      return change === undefined ? row : change(row, first + index);
    },
  });
}

/** A pixel whose middle is this close to the border still counts: sums of floating point end just beside whole numbers. */
const edge = 1e-6;

/** A row drawn from a later pixel on, or up to an earlier one. */
export function cropped(row: Row, from: number, to: number): Row {
  const start = Math.max(row.from, Math.ceil(from));
  const end = Math.max(start, Math.min(row.to, Math.ceil(to)));
  return { ...row, from: start, to: end, u: row.u + (start - row.from) * row.du };
}

/** The nearest placing to the one asked for in which the picture still reaches all four sides of the frame. */
function covering(
  seen: Seen,
  { anchorX, anchorY }: PlateLayer,
  { picture, frame }: { picture: Surface; frame: Frame },
): Seen {
  // Half a pixel of the picture lies outside the middles of its outermost pixels.
  const scale = Math.max(seen.scale, frame.width / (picture.width - 1), frame.height / (picture.height - 1));
  const within = (value: number, anchor: number, side: number, room: number) =>
    Math.min((anchor - 0.5) * scale, Math.max(room - (side - 0.5 - anchor) * scale, value));
  return {
    x: within(seen.x, anchorX, picture.width, frame.width),
    y: within(seen.y, anchorY, picture.height, frame.height),
    scale,
  };
}
