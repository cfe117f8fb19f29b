import type { StudioSet } from '../../../domain/storyboard.ts';
import { hexOfOklab, oklabOfHex } from '../understand/oklab.ts';
import { smoothstep } from './curves.ts';
import { type FloorLight, floorLight } from './floor-light.ts';
import type { SetGeometry } from './geometry.ts';
import { depthAtDistance, distanceAtRow, reach } from './ground.ts';
import { byteOfLight } from './linear-light.ts';
import type { FloorPlate } from './plates.ts';
import type { FloorRow, RowPaint, Surface } from './surfaces/surface.ts';
import { surfaceOf } from './surfaces/surface-of.ts';
import { mirrorOf, type WallMirror } from './wall-mirror.ts';
import type { WallOptions, WallPaint } from './wall-plate.ts';

/** What all rows have in common. */
interface Ground {
  geometry: SetGeometry;
  surface: Surface;
  light: FloorLight;
  mirror: WallMirror;
  paint: RowPaint;
  dither: Float32Array;
  blur: number;
  /** The plate's left edge in the frame, its pixels a row, and frame pixels per pixel. */
  left: number;
  width: number;
  scale: number;
  data: Uint8ClampedArray;
}

/**
 * The ground from the wall's foot to well below the frame, in perspective, with light, texture and the wall's
 * reflection. Row by row: all that is equally far is equally large.
 */
export function drawFloor(options: WallOptions & { wallPaint: WallPaint; dither: Float32Array }): FloorPlate {
  const { set, geometry, wall, blur, seed, wallPaint, dither } = options;
  const { width: frameWidth, short, seamY, standX, eyeY } = geometry;
  const surface = surfaceOf({ set, wall: groundOf(set, wall), seed, short });
  const scale = surface.coarseness * Math.max(1, short / 720);
  // Much nearer than what the frame shows at its lower edge at rest, and as wide as the camera may look.
  const bottom = eyeY + (geometry.height - eyeY) * 1.6;
  const width = Math.ceil(((frameWidth * 0.59 + short * 0.48) * 2) / scale);
  const height = Math.ceil((bottom - seamY) / scale);
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const left = standX - (width * scale) / 2;
  const light = floorLight({ set, seed });
  const mirror = mirrorOf(wallPaint, surface.roughness);
  const paint = rowPaint(width);
  const ground: Ground = { geometry, surface, light, mirror, paint, dither, blur, left, width, scale, data };
  for (let row = 0; row < height; row++) paintRow(ground, row);
  return {
    bitmap: { width, height, data },
    x: standX,
    y: seamY + (height * scale) / 2,
    scale,
    distance: 1,
    blend: 'normal',
    topY: seamY,
    bottomY: seamY + height * scale,
  };
}

/** At night the ground is dark whatever the wall's colour, which there is only seen as a hue. */
function groundOf(set: StudioSet, wall: string): string {
  if (set.style !== 'night') return wall;
  const { L, a, b } = oklabOfHex(wall);
  return hexOfOklab({ L: 0.16 + L * 0.2, a: a * 0.6, b: b * 0.6 - 0.012 });
}

function rowPaint(width: number): RowPaint {
  const field = () => new Float32Array(width);
  return { red: field(), green: field(), blue: field(), relief: field(), bend: field(), polish: field() };
}

function paintRow(ground: Ground, row: number): void {
  const { geometry, surface, light, mirror, paint, dither, left, width, scale, data } = ground;
  const y = geometry.seamY + (row + 0.5) * scale;
  const floorRow = rowAt(ground, y);
  paint.relief.fill(1);
  paint.bend.fill(0);
  paint.polish.fill(1);
  surface.row(floorRow, paint);
  light.row(floorRow.depth);
  const alpha = 255 * edgeAlpha(ground, y);
  const grazing = grazingShare(floorRow.depth);
  const foot = surface.edge === 'line' ? contactShade(y - geometry.seamY, geometry.short) : 1;
  const noiseRow = (row & 127) << 7;
  const isClear = surface.roughness < 0.4;
  let at = row * width * 4;
  for (let column = 0; column < width; column++, at += 4) {
    // Light changes slowly, and so does a blurred mirror: every fourth pixel tells it for its neighbours.
    const isFourth = (column & 3) === 0;
    if (isFourth) light.at(floorRow.firstX + floorRow.stepX * (column + 1.5));
    const given = surface.reflects * grazing * (paint.polish[column] ?? 0);
    const kept = (paint.relief[column] ?? 0) * foot * (1 - given * 0.6);
    // The picture of the wall is as far below its foot as the wall is above.
    const mirroredY = 2 * geometry.seamY - y - (paint.bend[column] ?? 0) * geometry.short;
    if (isFourth || isClear) mirror.at(left + (column + 0.5) * scale, mirroredY);
    const noise = dither[noiseRow | (column & 127)] ?? 0;
    data[at] = byteOfLight((paint.red[column] ?? 0) * light.red * kept + mirror.red * given) + noise;
    data[at + 1] =
      byteOfLight((paint.green[column] ?? 0) * light.green * kept + mirror.green * given) + noise;
    data[at + 2] = byteOfLight((paint.blue[column] ?? 0) * light.blue * kept + mirror.blue * given) + noise;
    data[at + 3] = alpha;
  }
}

function rowAt({ geometry, blur, left, width, scale }: Ground, y: number): FloorRow {
  const { short, standX, standY, eyeY } = geometry;
  const distance = distanceAtRow(geometry, y);
  const stepX = (distance * scale) / short;
  const outOfFocus = (blur * 0.028 + 0.0017) * Math.abs(distance - 1);
  return {
    count: width,
    firstX: ((left + scale / 2 - standX) * distance) / short,
    stepX,
    depth: depthAtDistance(distance),
    stepDepth: (reach * distance * distance * scale) / (standY - eyeY),
    footprint: Math.max(stepX * 2.4, outOfFocus * distance),
  };
}

function edgeAlpha({ surface, geometry, blur }: Ground, y: number): number {
  if (surface.edge === 'cove') return smoothstep(geometry.wallDistance, 1.42, distanceAtRow(geometry, y));
  const soft = (surface.edge === 'soft' ? 0.02 : 0.0022) + blur * 0.02;
  return smoothstep(0, soft * geometry.short, y - geometry.seamY);
}

/** A smooth surface gives back the more the flatter one looks at it: half at the subject's feet, all at the wall. */
function grazingShare(depth: number): number {
  return 0.25 + 0.75 / (1 + Math.exp(-(depth + 0.2) * 1.1));
}

/** The dark line where the floor meets the wall. */
function contactShade(below: number, short: number): number {
  return 1 - 0.3 * Math.exp(-below / (short * 0.006)) - 0.1 * Math.exp(-below / (short * 0.03));
}
