import type { Camera, CameraKey, Caption } from '../../../domain/storyboard.ts';
import { type Composition, cameraFor } from '../camera/moves.ts';
import { restingView } from '../camera/view.ts';
import { cardSize, geometryOf } from '../set/geometry.ts';
import type { Move, Pace } from '../understand/directions.ts';
import { acrossPicture } from './across-picture.ts';
import { actionOf } from './action-of.ts';
import { footprintOf, keepInFrame } from './keep-in-frame.ts';
import { type Subjects, taggedAs } from './subjects.ts';
import type { Take } from './takes.ts';

interface Span {
  start: number;
  end: number;
}

/** A camera for every take: the prompt's moves in order for the hero, quieter ones for the rest. */
export function chooseCameras(options: {
  takes: readonly Take[];
  spans: readonly Span[];
  subjects: Subjects;
  captions: readonly Caption[];
  frame: { width: number; height: number };
  random: () => number;
  seed: number;
}): Camera[] {
  const { takes, spans, subjects, captions, frame, random } = options;
  const followed = clipToFollow(subjects);
  const unasked = shuffled(quietMoves, random);
  let hero = 0;
  const isDirected = directedTakes(takes);
  return takes.map((take, index) => {
    const span = spans[index] ?? { start: 0, end: 1 };
    const { start: startSeconds, end: endSeconds } = span;
    // A clip brings its own camera.
    if (take.subject.kind === 'clip')
      return cameraFor({
        move: 'static',
        pace: 'slow',
        startSeconds,
        endSeconds,
        composition: take.composition,
      });
    const framed = (camera: Camera) => withWholeProduct(camera, take, { ...options, span, index });
    const composition =
      take.framing === 'framed'
        ? cardAboveText(take, { subjects, captions, span, frame })
        : withRoomForText(take.composition, { captions, span, frame });
    if (!isDirected(take)) {
      const move = take.framing === 'mark' ? 'push_in' : (unasked[index % unasked.length] ?? 'push_in');
      const own = take.framing === 'framed' ? { composition } : {};
      return framed(
        overPicture(take, { move, pace: 'slow', span, subjects, frame }) ??
          cameraFor({ move, pace: 'slow', startSeconds, endSeconds, ...own }),
      );
    }
    if (followed !== undefined) return framed(following(followed, { startSeconds, endSeconds }));
    const { move, pace } = heroMove(subjects, { number: hero++, unasked });
    const crossing = overPicture(take, { move, pace, span, subjects, frame });
    if (crossing !== undefined) return crossing;
    const flat = take.framing === 'full' ? (onFlatPicture[move] ?? move) : move;
    return framed(cameraFor({ move: flat, pace, startSeconds, endSeconds, composition }));
  });
}

/** The prompt's moves are meant for the hero; where there is none, for whatever stands still in the film. */
function directedTakes(takes: readonly Take[]): (take: Take) => boolean {
  if (takes.some(({ isHero }) => isHero)) return ({ isHero }) => isHero;
  return ({ framing }) => framing === 'full' || framing === 'framed';
}

/** Of what fills the frame, and is much wider or taller than it. */
function overPicture(
  { framing, subject }: Take,
  options: Omit<Parameters<typeof acrossPicture>[0], 'shape'> & { subjects: Subjects },
): Camera | undefined {
  const { subjects, ...rest } = options;
  if (framing !== 'full' || subject.kind !== 'picture') return undefined;
  const picture = subjects.pictures.find(({ position }) => position === subject.position);
  // A close-up without its ground is cut to its subject.
  return picture === undefined || picture.isFree
    ? undefined
    : acrossPicture({ ...rest, shape: picture.shape });
}

/** There is no going around a flat picture, and no looking down on it. */
const onFlatPicture: Partial<Record<Move, Move>> = {
  orbit_left: 'truck_left',
  orbit_right: 'truck_right',
  crane_up: 'tilt_up',
  crane_down: 'tilt_down',
};

/** Whatever the move, a product that is framed whole stays whole. */
function withWholeProduct(
  camera: Camera,
  take: Take,
  options: {
    subjects: Subjects;
    frame: { width: number; height: number };
    span: Span;
    index: number;
    seed: number;
  },
): Camera {
  const { subjects, frame, span, index, seed } = options;
  const { subject, framing, composition } = take;
  if (framing !== 'on-set' || subject.kind === 'still-life' || subject.kind === 'clip') return camera;
  const shown = subject.kind === 'turntable' ? subject.positions : [subject.position];
  const aspects = subjects.pictures
    .filter(({ position }) => shown.includes(position))
    .map(({ aspect }) => aspect);
  const geometry = geometryOf(frame);
  return keepInFrame(camera, {
    footprint: footprintOf(geometry, Math.max(...aspects)),
    action: actionOf(subjects, { index, subject }),
    isClose: composition.dolly > 0.2,
    geometry,
    span,
    seed,
  });
}

/** Moves for shots that the prompt leaves open. */
const quietMoves: readonly Move[] = ['push_in', 'truck_right', 'crane_down', 'truck_left', 'pull_out'];

function heroMove(
  { directions, turn }: Subjects,
  { number, unasked }: { number: number; unasked: readonly Move[] },
): { move: Move; pace: Pace } {
  const { camera, pace } = directions;
  const asked = camera[Math.min(number, camera.length - 1)];
  if (asked !== undefined) return { move: asked.move, pace: asked.pace ?? pace };
  // A turning product has motion enough: the camera only comes a little nearer.
  if (turn.length > 1 && number === 0) return { move: 'push_in', pace: 'slow' };
  return { move: number === 0 ? 'push_in' : (unasked[number % unasked.length] ?? 'push_in'), pace };
}

function clipToFollow({ clips, directions }: Subjects): Subjects['clips'][number] | undefined {
  const tagged = taggedAs(directions, 'video', 'camera')[0];
  const followed =
    clips.find(({ position }) => position === tagged) ?? clips.find(({ role }) => role === 'motion');
  return followed !== undefined && followed.motion.length > 1 ? followed : undefined;
}

/** Most of the way of a reference clip that the set has room for, in short sides and as a zoom. */
const room = { across: 0.2, down: 0.1, zoom: 1.35 };

/** The camera of a clip along its whole length, fitted to the time of the shot and to the room of the set. */
function following(
  { motion }: Subjects['clips'][number],
  { startSeconds, endSeconds }: { startSeconds: number; endSeconds: number },
): Camera {
  const first = motion[0]?.seconds ?? 0;
  const length = (motion.at(-1)?.seconds ?? 1) - first;
  const most = (value: (sample: (typeof motion)[number]) => number) =>
    motion.reduce((furthest, sample) => Math.max(furthest, Math.abs(value(sample))), 0);
  const shareX = Math.min(
    1,
    room.across /
      Math.max(
        1e-6,
        most(({ x }) => x),
      ),
  );
  const shareY = Math.min(
    1,
    room.down /
      Math.max(
        1e-6,
        most(({ y }) => y),
      ),
  );
  const shareZoom = Math.min(
    1,
    Math.log(room.zoom) /
      Math.max(
        1e-6,
        most(({ zoom }) => Math.log(zoom)),
      ),
  );
  const count = Math.max(2, Math.min(motion.length, Math.ceil((endSeconds - startSeconds) * 4) + 1));
  const keys = Array.from({ length: count }, (_, index): CameraKey => {
    const share = index / (count - 1);
    const sample = motion[Math.round(share * (motion.length - 1))];
    if (sample === undefined) throw new Error('A clip without motion has nothing to follow.');
    const through = length === 0 ? share : (sample.seconds - first) / length;
    return {
      ...restingView,
      seconds: rounded(startSeconds + through * (endSeconds - startSeconds)),
      x: rounded(sample.x * shareX),
      // The picture keeps its subject: half of a sideways move is answered by the pan of an operator.
      pan: rounded(-sample.x * shareX * 0.5),
      y: rounded(sample.y * shareY),
      zoom: rounded(Math.exp(Math.log(sample.zoom) * shareZoom)),
      rollDegrees: rounded(Math.min(6, Math.max(-6, sample.rollDegrees))),
    };
  });
  return { keys, easing: 'through', handheld: 0 };
}

/** Moves the subject out of the way of a caption that stays beside it. */
function withRoomForText(
  composition: Composition,
  options: {
    captions: readonly Caption[];
    span: Span;
    frame: { width: number; height: number };
  },
): Composition {
  const { captions, span, frame } = options;
  const shown = captionDuring(captions, span);
  if (shown === undefined) return composition;
  const { dolly, pan, tilt } = composition;
  if (shown.place === 'lower_left') return { dolly, pan: pan - 0.3, tilt };
  if (shown.place !== 'lower_third' || frame.width > frame.height * 1.2) return composition;
  // An upright frame has height to spare; in a square one the subject has to step back.
  if (frame.height > frame.width * 1.2)
    return { dolly, pan, tilt: tilt + (takesTwoLines(shown) ? 0.22 : 0.14) };
  return { dolly: Math.min(dolly, 0.1) - 0.16, pan, tilt: tilt + 0.1 };
}

const captionDuring = (captions: readonly Caption[], { start, end }: Span) =>
  captions.find(({ startSeconds, endSeconds }) => startSeconds < end && endSeconds > start);

/** Large letters fill the width of an upright frame with about thirteen. */
const takesTwoLines = ({ style, text }: Caption) => style !== 'tagline' && [...text].length > 13;

/** A card is to be looked at, and often read: it steps back and up until a caption stands below it, move and all. */
function cardAboveText(
  { composition, subject }: Take,
  options: {
    subjects: Subjects;
    captions: readonly Caption[];
    span: Span;
    frame: { width: number; height: number };
  },
): Composition {
  const { subjects, captions, span, frame } = options;
  const picture =
    subject.kind === 'picture'
      ? subjects.pictures.find(({ position }) => position === subject.position)
      : undefined;
  if (picture === undefined || captionDuring(captions, span) === undefined) return composition;
  const room = frame.height * aboveText;
  const tall = cardSize(picture.shape, frame).height;
  if (frame.height / 2 + tall * 0.6 <= room) return composition;
  const smaller = Math.max(leastCard, Math.min(1, (room * 0.8) / tall));
  const up = (frame.height - room) / 2 / Math.min(frame.width, frame.height);
  return { ...composition, dolly: 1 - 1 / smaller, tilt: composition.tilt + up * smaller };
}

/** Farther back no move could go that a storyboard allows. */
const leastCard = 0.8;

/** The share of the frame above a caption that stands low. */
const aboveText = 0.72;

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((item) => ({ item, lot: random() }))
    .sort((one, other) => one.lot - other.lot)
    .map(({ item }) => item);
}

const rounded = (value: number) => Math.round(value * 1e5) / 1e5 + 0;
