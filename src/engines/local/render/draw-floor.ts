import type { FloorRow, Projection } from '../camera/projection.ts';
import type { Kernel, Row, Surface } from '../kernel/kernel.ts';
import type { FloorLayer } from './layer.ts';

/** Draws the ground in true perspective: each row of the frame sees the floor at one distance. */
export function drawFloor(options: {
  kernel: Kernel;
  frame: Surface;
  layer: FloorLayer;
  picture: Surface;
  projection: Projection;
}): void {
  const { kernel, frame, layer, picture, projection } = options;
  const rowsPerPixel = picture.height / (layer.bottomY - layer.topY);
  kernel.drawRows({
    frame,
    source: picture,
    y: 0,
    rows: frame.height,
    blend: 'normal',
    row(y) {
      const seen = projection.floorAt(y + 0.5);
      if (seen === undefined) return undefined;
      const v = (seen.sourceY - layer.topY) * rowsPerPixel - 0.5;
      // Beyond its far edge there is no floor; before its near one the last row goes on.
      return v < 0 ? undefined : rowOf(seen, { layer, picture, frame, v: Math.min(picture.height - 1, v) });
    },
  });
}

function rowOf(
  { scaleX, shiftX }: FloorRow,
  { layer, picture, frame, v }: { layer: FloorLayer; picture: Surface; frame: Surface; v: number },
): Row | undefined {
  const du = 1 / (scaleX * layer.scale);
  const uAt = (x: number) => ((x + 0.5 - shiftX) / scaleX - layer.x) / layer.scale + picture.width / 2 - 0.5;
  const from = Math.max(0, Math.ceil(-uAt(0) / du));
  const to = Math.min(frame.width, Math.floor((picture.width - 1 - uAt(0)) / du) + 1);
  return to <= from ? undefined : { v, u: Math.max(0, uAt(from)), du, from, to, opacity: 1, step: 0 };
}
