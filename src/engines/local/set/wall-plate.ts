import type { StudioSet } from '../../../domain/storyboard.ts';
import type { SetGeometry } from './geometry.ts';
import type { LightPlanes } from './linear-light.ts';

/** What a plate covers. Pixel `i` of a row is at `left + (i + 0.5) * scale` of the frame at rest. */
export interface PlateRoom {
  width: number;
  height: number;
  left: number;
  top: number;
  scale: number;
}

/** The wall in linear light. */
export type WallPaint = LightPlanes & PlateRoom;

export interface WallOptions {
  set: StudioSet;
  geometry: SetGeometry;
  /** The wall's colour in this shot. */
  wall: string;
  blur: number;
  seed: number;
}

export interface PaintOptions extends WallOptions {
  room: PlateRoom;
}
