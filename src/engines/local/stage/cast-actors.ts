import type { Canvas } from '@napi-rs/canvas';
import { createCanvas } from '@napi-rs/canvas';
import { positionsOf, type Shot, type Storyboard } from '../../../domain/storyboard.ts';
import { inkBox } from '../check/ink-box.ts';
import type {
  ActorLayer,
  ActorView,
  Layer,
  PlacedBitmap,
  PlateLayer,
  Stage,
  StageBitmap,
} from '../render/layer.ts';
import type { PhotoShadow } from '../set/cut-out.ts';
import { drawGrounding } from '../set/draw-grounding.ts';
import { drawStand } from '../set/draw-stand.ts';
import type { SetGeometry } from '../set/geometry.ts';
import { lightEdge } from '../set/light-edge.ts';
import type { GroundingBitmap, Stand } from '../set/plates.ts';
import { axesOf } from '../turntable/find-axes.ts';
import { joinViews, type Turn } from '../turntable/turn.ts';
import type { Picture, Subject } from '../understand/picture.ts';
import { drawProduct, type ProductPicture } from './draw-product.ts';
import { type Place, placeOnSet, turnDetail } from './place-on-set.ts';
import { canvasOf, readBack } from './read-back.ts';

/** The layers of a shot that shows a product on the set: the plinth, if there is one, and the product. */
export function castActors(options: {
  storyboard: Storyboard;
  geometry: SetGeometry;
  pictures: readonly Picture[];
  /** A turn that is prepared already, and the positions of its views. */
  turn: { turn: Turn; positions: readonly number[] } | undefined;
  stage: Stage;
}): (shot: Shot) => Layer[] {
  const { storyboard, geometry, pictures, turn: known, stage } = options;
  const { set, shots } = storyboard;
  const standing = pictures.filter(({ position }) =>
    shots.some(({ framing, subject }) => framing === 'on-set' && positionsOf(subject).includes(position)),
  );
  if (standing.length === 0) return () => [];
  const add = (bitmap: StageBitmap) => stage.bitmaps.push(bitmap) - 1;
  const turning = shots.flatMap(({ subject }) => (subject.kind === 'turntable' ? subject.positions : []));
  const placedOn = (standHeight: number) =>
    placeOnSet({ geometry, pictures: standing, turn: turning, standHeight });
  const stand =
    set.plinth === 'none' ? undefined : plinthFor(standing, placedOn(0), { storyboard, geometry });
  const places = placedOn(stand === undefined ? 0 : stand.topY / stand.detail);
  const plinth = stand === undefined ? [] : [plinthLayer(stand, geometry, add)];
  const found = (position: number): Standing => {
    const subject = standing.find((picture) => picture.position === position)?.subject;
    const place = places.get(position);
    if (subject === undefined || place === undefined)
      throw new Error(`Image ${position} stands on the set, but was not freed from its ground.`);
    return { subject, place };
  };
  const views = remembered((position: number) => dress(found(position), { set, geometry, add }));
  const turns = remembered((key: string) =>
    stageTurn(key.split(' ').map(Number).map(found), {
      stage,
      known: known?.positions.join(' ') === key ? known.turn : undefined,
    }),
  );
  return ({ subject, action, sweepSeconds }) => {
    const positions = positionsOf(subject);
    const [first] = positions;
    if (first === undefined) throw new Error('A shot on the set shows no picture.');
    const { place } = found(first);
    const turn = subject.kind === 'turntable' ? turns(positions.join(' ')) : undefined;
    const shown = positions.map(views);
    const actor: ActorLayer = {
      kind: 'actor',
      x: turn === undefined ? place.x : geometry.standX,
      y: place.y,
      action,
      views: turn === undefined ? shown.map(({ view }) => view) : onAxis(shown, positions.map(found)),
      ...(turn === undefined || subject.kind !== 'turntable'
        ? {}
        : { turn: { ...turn, from: subject.from, to: subject.to } }),
      ...(sweepSeconds === undefined
        ? {}
        : { sweep: { seconds: sweepSeconds, light: add(outlineOf(shown[0]?.outline)) } }),
    };
    return [...plinth, actor];
  };
}

interface Standing {
  subject: Subject;
  place: Place;
}

/** The same answer for the same question, worked out once. */
function remembered<Question, Answer>(work: (question: Question) => Answer): (question: Question) => Answer {
  const known = new Map<Question, Answer>();
  return (question) => {
    const answer = known.get(question) ?? work(question);
    known.set(question, answer);
    return answer;
  };
}

function plinthFor(
  standing: readonly Picture[],
  places: ReadonlyMap<number, Place>,
  { storyboard, geometry }: { storyboard: Storyboard; geometry: SetGeometry },
): Stand | undefined {
  const { set, seed } = storyboard;
  if (set.plinth === 'none') return undefined;
  const widths = standing.map(({ position, subject }) =>
    subject === undefined ? 0 : (subject.box.right - subject.box.left) * (places.get(position)?.scale ?? 1),
  );
  const productWidthPx = Math.max(...widths);
  return drawStand({ kind: set.plinth, colour: set.accent, geometry, productWidthPx, set, seed });
}

function plinthLayer(
  { bitmap, anchorX, anchorY, detail }: Stand,
  { standX: x, standY: y }: SetGeometry,
  add: (bitmap: StageBitmap) => number,
): PlateLayer {
  return {
    kind: 'plate',
    bitmap: add(bitmap),
    x,
    y,
    anchorX,
    anchorY,
    scale: 1 / detail,
    distance: 1,
    blend: 'normal',
    covers: false,
  };
}

/** One view as it is lit on this set, and what it leaves on the floor. */
function dress(
  { subject, place }: Standing,
  options: { set: Storyboard['set']; geometry: SetGeometry; add(bitmap: StageBitmap): number },
): { view: ActorView; outline: StageBitmap } {
  const { set, geometry, add } = options;
  const drawn = drawProduct(subject, place.scale);
  const product = readBack(drawn.canvas);
  // Clear glass has a foot, a rim and an outline all the same.
  const isClear = subject.seeThrough !== undefined;
  const outline = isClear ? readBack(drawProduct(subject, place.scale, 'outlined').canvas) : product;
  const { shadow, mirror } = drawGrounding({ product, outline, set, geometry, ...ownShadowOf(subject) });
  const lit = withLight(drawn.canvas, lightEdge({ product: outline, set }));
  const onFloor = (given: GroundingBitmap): PlacedBitmap => ({
    bitmap: add(given.bitmap),
    anchorX: given.anchorX,
    anchorY: given.anchorY,
    scale: given.scale / drawn.detail,
  });
  return {
    outline,
    view: {
      product: placed(add(lit), drawn),
      ...(isClear ? { outline: inkBox(outline, 128) } : {}),
      shadow: onFloor(shadow),
      ...(mirror === undefined ? {} : { mirror: onFloor(mirror) }),
    },
  };
}

function stageTurn(
  views: readonly Standing[],
  { stage, known }: { stage: Stage; known: Turn | undefined },
): { turn: number; scale: number } {
  const [first] = views;
  if (first === undefined) throw new Error('A turn has no views.');
  const tall = (first.subject.box.bottom - first.subject.box.top) * first.place.scale;
  const subjects = views.map(({ subject }) => subject);
  const turn = known ?? joinViews({ subjects, productHeight: Math.round(tall * turnDetail) });
  return { turn: stage.turns.push(turn) - 1, scale: tall / turn.productHeight };
}

/** What views leave on the floor, moved from the middle of their outline to the axis that they turn around. */
function onAxis(shown: readonly { view: ActorView }[], standing: readonly Standing[]): ActorView[] {
  const axes = axesOf(standing.map(({ subject }) => subject));
  return shown.map(({ view }, n) => {
    const { subject, place } = standing[n] ?? {};
    if (subject === undefined || place === undefined) return view;
    const { left, right } = subject.box;
    const aside = ((axes[n] ?? 0) - (left + right) / 2) * place.scale;
    const moved = (given: PlacedBitmap) => ({ ...given, anchorX: given.anchorX + aside / given.scale });
    return {
      ...view,
      ...(view.shadow === undefined ? {} : { shadow: moved(view.shadow) }),
      ...(view.mirror === undefined ? {} : { mirror: moved(view.mirror) }),
    };
  });
}

/** The shadow found in the photo. */
function ownShadowOf({ shadow, cutOut, box }: Subject): { ownShadow?: PhotoShadow } {
  if (shadow === undefined) return {};
  return { ownShadow: { shade: shadow, width: cutOut.width, height: cutOut.height, box } };
}

/** The product with the light that grazes its edge. */
function withLight(product: Canvas, edge: StageBitmap | undefined): StageBitmap {
  if (edge !== undefined) product.getContext('2d').drawImage(canvasOf(edge), 0, 0);
  return readBack(product);
}

/** The product as a white shape, on which a band of light is seen. */
function outlineOf(product: StageBitmap | undefined): StageBitmap {
  if (product === undefined) throw new Error('Nothing stands where light is to pass.');
  const canvas = createCanvas(product.width, product.height);
  const context = canvas.getContext('2d');
  context.drawImage(canvasOf(product), 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, product.width, product.height);
  return readBack(canvas);
}

const placed = (bitmap: number, { anchorX, anchorY, detail }: ProductPicture): PlacedBitmap => ({
  bitmap,
  anchorX,
  anchorY,
  scale: 1 / detail,
});
