import type { Shot, ShotSubject, Storyboard } from '../../../domain/storyboard.ts';
import { applyLut, lutOf } from '../grade/lut.ts';
import type { Layer, PlateLayer, Stage, StageBitmap } from '../render/layer.ts';
import { drawSet } from '../set/draw-set.ts';
import { drawStillLife } from '../set/draw-still-life.ts';
import { aimOf, fullBleed, geometryOf, type SetGeometry } from '../set/geometry.ts';
import type { Plate, SetPlates } from '../set/plates.ts';
import type { Turn } from '../turntable/turn.ts';
import type { Picture, Subject } from '../understand/picture.ts';
import type { Understanding } from '../understand/understand.ts';
import { castActors } from './cast-actors.ts';
import { clipFrame } from './clip-frame.ts';
import { cardDetail, drawCard } from './draw-card.ts';
import { shared } from './read-back.ts';
import { steadyClip } from './steady-clip.ts';

/** Draws everything that does not change from frame to frame, and lays it out shot by shot. */
export function buildStage(
  storyboard: Storyboard,
  understanding: Understanding,
  turn: { turn: Turn; positions: readonly number[] } | undefined,
): Stage {
  const geometry = geometryOf(storyboard);
  const stage: Stage = { bitmaps: [], shots: [], captions: [], turns: [] };
  const add = (bitmap: StageBitmap) => stage.bitmaps.push(bitmap) - 1;
  const sets = setsOf(storyboard, { geometry, add });
  const actors = castActors({ storyboard, geometry, pictures: understanding.pictures, turn, stage });
  let pieces: Layer[] | undefined;
  stage.shots = storyboard.shots.map((shot, index) => {
    const { subject, framing } = shot;
    const around = (layers: Layer[], floor: boolean) => ({
      ...surrounded(sets(shot), layers, floor),
      aimY: aimOf(geometry),
    });
    if (subject.kind === 'still-life') {
      pieces ??= stillLife(storyboard, geometry, add);
      return around(pieces, true);
    }
    if (subject.kind === 'clip') return clipShot(subject, { shot: index, storyboard, understanding, around });
    if (framing === 'on-set') return around(actors(shot), true);
    if (subject.kind === 'turntable') throw new Error('Only a shot on the set can show a turntable.');
    const picture = pictureOf(understanding.pictures, subject.position);
    if (framing === 'mark') return around([mark(picture, geometry, add)], false);
    if (framing === 'framed') {
      const card = drawCard(picture.bitmap, storyboard);
      return around([centred(add(card), card, { geometry, scale: 1 / cardDetail })], false);
    }
    if (picture.role === 'detail' && picture.subject !== undefined)
      return around([closeUp(picture.subject, { geometry, add })], false);
    return fullPicture(picture, { shot, geometry, add });
  });
  return stage;
}

const blurSteps = 8;

interface DrawnSet {
  behind: Layer[];
  floor: Layer;
  lights: Layer[];
  before: Layer[];
}

/** The set of each shot, painted once for all shots that look alike. */
function setsOf(
  { set, seed }: Storyboard,
  { geometry, add }: { geometry: SetGeometry; add(bitmap: StageBitmap): number },
): (shot: Shot) => DrawnSet {
  const drawn = new Map<string, DrawnSet>();
  return ({ wall = set.wall, blur: asked }) => {
    // Finer steps would be set after set that nobody tells apart.
    const blur = Math.round(asked * blurSteps) / blurSteps;
    const key = `${wall} ${blur}`;
    const known = drawn.get(key);
    if (known !== undefined) return known;
    const plates = drawSet({ set, geometry, wall, blur, seed });
    const made = layersOf(plates, { add, waves: set.surface === 'water' });
    drawn.set(key, made);
    return made;
  };
}

function layersOf(
  { wall, floor, lights, foreground }: SetPlates,
  { add, waves }: { add(bitmap: StageBitmap): number; waves: boolean },
): DrawnSet {
  const plate = (given: Plate): PlateLayer => ({
    kind: 'plate',
    bitmap: add(given.bitmap),
    anchorX: given.bitmap.width / 2,
    anchorY: given.bitmap.height / 2,
    scale: given.scale,
    x: given.x,
    y: given.y,
    distance: given.distance,
    blend: given.blend,
    covers: false,
  });
  const { x, scale, topY, bottomY } = floor;
  return {
    // Whatever the camera does, there is wall behind.
    behind: [{ ...plate(wall), blend: 'replace', covers: true }],
    floor: { kind: 'floor', bitmap: add(floor.bitmap), x, scale, topY, bottomY, waves },
    lights: lights.map(plate),
    before: foreground.map(plate),
  };
}

function surrounded(
  { behind, floor, lights, before }: DrawnSet,
  layers: Layer[],
  hasFloor: boolean,
): Pick<ShotStage, 'layers' | 'subject'> {
  const back = [...behind, ...(hasFloor ? [floor] : []), ...lights];
  return {
    layers: [...back, ...layers, ...before],
    subject: { first: back.length, end: back.length + layers.length },
  };
}

function stillLife(
  { set, seed }: Storyboard,
  geometry: SetGeometry,
  add: (bitmap: StageBitmap) => number,
): Layer[] {
  return drawStillLife({ geometry, set, seed }).map(
    ({ bitmap, x, y, anchorX, anchorY, scale, distance }): PlateLayer => ({
      kind: 'plate',
      bitmap: add(bitmap),
      x,
      y,
      anchorX,
      anchorY,
      scale,
      distance,
      blend: 'normal',
      covers: false,
    }),
  );
}

type ShotStage = Stage['shots'][number];

function clipShot(
  { position, fromSeconds, steadied }: Extract<ShotSubject, { kind: 'clip' }>,
  options: {
    shot: number;
    storyboard: Storyboard;
    understanding: Understanding;
    around(layers: Layer[], floor: boolean): ShotStage;
  },
): ShotStage {
  const { shot, storyboard, understanding, around } = options;
  const { width, height } = storyboard;
  const clip = understanding.clips.find((candidate) => candidate.position === position);
  if (clip === undefined) throw new Error(`The storyboard shows video ${position}, which was not read.`);
  const frame = clipFrame(storyboard, clip.ratio);
  const layer: Layer = {
    kind: 'clip',
    x: width / 2,
    y: height / 2,
    width: frame.width,
    height: frame.height,
    covers: frame.fills,
    ...(storyboard.shots[shot]?.grade === undefined ? {} : { grade: storyboard.shots[shot].grade }),
    ...(steadied ? { steady: steadyClip(clip, { storyboard, shot, fromSeconds, size: frame }) } : {}),
  };
  return frame.fills ? { layers: [layer], aimY: height / 2 } : around([layer], false);
}

/** A close-up without its own ground, before the wall of the film; where it runs over its photo's edge it still does. */
function closeUp(
  subject: Subject,
  { geometry, add }: { geometry: SetGeometry; add(bitmap: StageBitmap): number },
): Layer {
  const { width, height } = geometry;
  const { seeThrough: cutOut = subject.cutOut } = subject;
  const scale = Math.max(width / cutOut.width, height / cutOut.height) * fullBleed;
  return { ...centred(add(shared(cutOut)), cutOut, { geometry, scale }), covers: true };
}

function fullPicture(
  { bitmap, role }: Picture,
  { shot, geometry, add }: { shot: Shot; geometry: SetGeometry; add(bitmap: StageBitmap): number },
): ShotStage {
  const { width, height } = geometry;
  const scale = Math.max(width / bitmap.width, height / bitmap.height) * fullBleed;
  const graded = shared(bitmap);
  if (shot.grade !== undefined && role !== 'product' && role !== 'detail')
    applyLut(lutOf(shot.grade), graded.data);
  const layer: Layer = {
    ...centred(add(graded), bitmap, { geometry, scale }),
    covers: true,
    blend: 'replace',
  };
  return { layers: [layer], aimY: height / 2 };
}

function mark(
  { subject, position }: Picture,
  geometry: SetGeometry,
  add: (bitmap: StageBitmap) => number,
): Layer {
  if (subject === undefined) throw new Error(`Image ${position} has no outline to be shown as a mark.`);
  const { cutOut, box } = subject;
  const scale = Math.min(
    (geometry.width * 0.52) / (box.right - box.left),
    (geometry.height * 0.34) / (box.bottom - box.top),
  );
  return {
    ...centred(add(shared(cutOut)), cutOut, { geometry, scale }),
    distance: 1.3,
    anchorX: (box.left + box.right) / 2,
    anchorY: (box.top + box.bottom) / 2,
  };
}

function centred(
  bitmap: number,
  size: { width: number; height: number },
  { geometry, scale }: { geometry: SetGeometry; scale: number },
): PlateLayer {
  return {
    kind: 'plate',
    bitmap,
    x: geometry.width / 2,
    y: geometry.height / 2,
    anchorX: size.width / 2,
    anchorY: size.height / 2,
    scale,
    distance: 1,
    blend: 'normal',
    covers: false,
  };
}

function pictureOf(pictures: readonly Picture[], position: number): Picture {
  const picture = pictures.find((candidate) => candidate.position === position);
  if (picture === undefined) throw new Error(`The storyboard shows image ${position}, which was not read.`);
  return picture;
}
