import type { Camera, CameraKey, SubjectAction } from '../../../domain/storyboard.ts';
import { projectionOf } from '../camera/projection.ts';
import { type View, viewAt } from '../camera/view.ts';
import { highestLift } from '../render/action.ts';
import { aimOf, type SetGeometry } from '../set/geometry.ts';

/** A camera this much nearer than at rest frames a part of the product on purpose. */
export const closeFrom = 1.25;

/** Air to leave between a whole product and the border, in short sides; the film's own check asks for half of it. */
const leastAir = 0.02;

/** What a product takes up on the set, in pixels at rest: to both sides of its foot, and above it. */
export interface Footprint {
  halfWidth: number;
  height: number;
}

/** The largest a product of a shape stands in the room of the set. `aspect` is twice its wider side over its height. */
export function footprintOf({ mostWidth, mostHeight }: SetGeometry, aspect: number): Footprint {
  const height = Math.min(mostHeight, mostWidth / aspect);
  return { halfWidth: (height * aspect) / 2, height };
}

/**
 * The camera, calmed and drawn back just so much that a product that is framed whole stays whole for all of its shot;
 * a close one stays close, with the product's middle in the frame.
 */
export function keepInFrame(
  camera: Camera,
  options: {
    footprint: Footprint;
    action: SubjectAction;
    isClose: boolean;
    geometry: SetGeometry;
    span: { start: number; end: number };
    seed: number;
  },
): Camera {
  const { isClose, span, seed } = options;
  const moments = Array.from(
    { length: 25 },
    (_, index) => span.start + ((span.end - span.start) * index) / 24,
  );
  const fits = (candidate: Camera) =>
    moments.every((seconds) => isFramed(viewAt(candidate, seconds, seed), options));
  return (
    [...(isClose ? nearer : further)].map((change) => changed(camera, change)).find(fits) ??
    changed(camera, calmest)
  );
}

interface Change {
  /** How much of every move is kept. */
  kept: number;
  /** How much nearer, or with a minus further, the camera stands. */
  nearer: number;
}

const shares = [1, 0.85, 0.7, 0.55, 0.4, 0.25, 0.1, 0];
const calmest: Change = { kept: 0, nearer: -0.3 };

/** From the least change to the largest. */
const further = changesOf([0, -0.05, -0.1, -0.15, -0.2, -0.25, -0.3]);
const nearer = changesOf([0, 0.05, 0.1, 0.15, 0.2]);

function changesOf(steps: readonly number[]): Change[] {
  const cost = (change: Change) => 1 - change.kept + 3 * Math.abs(change.nearer);
  return steps
    .flatMap((step) => shares.map((kept) => ({ kept, nearer: step })))
    .sort((one, other) => cost(one) - cost(other));
}

function changed(camera: Camera, { kept, nearer }: Change): Camera {
  if (kept === 1 && nearer === 0) return camera;
  const keys = camera.keys.map((key): CameraKey => {
    // What is composed close stays close: only what goes beyond the middle of the move is calmed.
    const dolly = middleDolly(camera) + (key.dolly - middleDolly(camera)) * kept;
    return {
      ...key,
      x: rounded(key.x * kept),
      y: rounded(key.y * kept),
      pan: rounded(key.pan * kept),
      tilt: rounded(key.tilt * kept),
      zoom: rounded(key.zoom ** kept),
      dolly: rounded(1 - (1 - dolly) * (1 - nearer)),
    };
  });
  return { ...camera, keys, handheld: rounded(camera.handheld * Math.max(0.3, kept)) };
}

function middleDolly({ keys }: Camera): number {
  const dollies = keys.map(({ dolly }) => dolly);
  return (Math.min(...dollies) + Math.max(...dollies)) / 2;
}

function isFramed(
  view: View,
  {
    footprint,
    action,
    isClose,
    geometry,
  }: { footprint: Footprint; action: SubjectAction; isClose: boolean; geometry: SetGeometry },
): boolean {
  const { standX: x, standY: y, width, height, short } = geometry;
  const { place } = projectionOf(view, geometry, aimOf(geometry));
  const foot = place({ x, y, distance: 1 });
  if (isClose !== foot.scale >= closeFrom) return false;
  const lift = highestLift(action) * short;
  const top = place({ x, y: y - footprint.height - lift, distance: 1 });
  const middle = (foot.y + top.y) / 2;
  const across = footprint.halfWidth * foot.scale;
  // A rolled box reaches further up and down by what its far corner swings.
  const swing = across * Math.abs(Math.sin((view.rollDegrees * Math.PI) / 180)) * 1.1;
  const air = isClose
    ? Math.min(foot.x, width - foot.x, middle, height - middle)
    : Math.min(
        foot.x - across - swing,
        width - foot.x - across - swing,
        top.y - swing,
        height - foot.y - swing,
      );
  return air >= leastAir * short;
}

const rounded = (value: number) => Math.round(value * 1e5) / 1e5 + 0;
