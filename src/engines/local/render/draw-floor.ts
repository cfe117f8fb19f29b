import type { FloorRow, Projection } from '../camera/projection.ts';
import type { Kernel, Row, Surface } from '../kernel/kernel.ts';
import type { FloorLayer, Frame, StageBitmap } from './layer.ts';

interface Floor {
  frame: Frame;
  layer: FloorLayer;
  picture: Frame;
  projection: Projection;
}

/** The ground in true perspective, row by row of the frame: each sees the floor at one distance. */
export function floorRows({ frame, layer, picture, projection }: Floor): (Row | undefined)[] {
  const rowsPerPixel = picture.height / (layer.bottomY - layer.topY);
  return Array.from({ length: frame.height }, (_, y) => {
    const seen = projection.floorAt(y + 0.5);
    if (seen === undefined) return undefined;
    const v = (seen.sourceY - layer.topY) * rowsPerPixel - 0.5;
    // Beyond its far edge there is no floor; before its near one the last row goes on.
    return v < 0 ? undefined : rowOf(seen, { layer, picture, frame, v: Math.min(picture.height - 1, v) });
  });
}

export function drawFloor(options: {
  kernel: Kernel;
  frame: Surface;
  picture: Surface;
  rows: readonly (Row | undefined)[];
}): void {
  const { kernel, frame, picture, rows } = options;
  kernel.drawRows({
    frame,
    source: picture,
    y: 0,
    rows: frame.height,
    blend: 'normal',
    row: (y) => rows[y],
  });
}

/** The row of the frame from which on nothing behind the floor is seen; `solidFrom` is the first of its solid rows. */
export function hiddenFrom(rows: readonly (Row | undefined)[], width: number, solidFrom: number): number {
  const seen = rows.findLastIndex(
    (row) => row === undefined || row.from > 0 || row.to < width || row.v < solidFrom,
  );
  return seen + 1;
}

/** The first row of a picture from which on it is solid. */
export function solidRow({ width, height, data }: StageBitmap): number {
  for (let at = width * height * 4 - 1; at > 0; at -= 4)
    if (data[at] !== 255) return Math.floor(at / 4 / width) + 1;
  return 0;
}

function rowOf(
  { scaleX, shiftX }: FloorRow,
  { layer, picture, frame, v }: { layer: FloorLayer; picture: Frame; frame: Frame; v: number },
): Row | undefined {
  const du = 1 / (scaleX * layer.scale);
  const uAt = (x: number) => ((x + 0.5 - shiftX) / scaleX - layer.x) / layer.scale + picture.width / 2 - 0.5;
  const from = Math.max(0, Math.ceil(-uAt(0) / du));
  const to = Math.min(frame.width, Math.floor((picture.width - 1 - uAt(0)) / du) + 1);
  return to <= from ? undefined : { v, u: Math.max(0, uAt(from)), du, from, to, opacity: 1, step: 0 };
}
