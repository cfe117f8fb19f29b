import type { Note, Plan } from '../../domain/plan.ts';
import { positionsOf, type Shot, type Storyboard } from '../../domain/storyboard.ts';
import { geometryOf } from './set/geometry.ts';
import { turnDetail, turnHeight } from './stage/place-on-set.ts';
import { makeStoryboard } from './storyboard/make-storyboard.ts';
import { subjectsOf } from './storyboard/subjects-of.ts';
import { unfollowedDirections } from './storyboard/unfollowed-directions.ts';
import { withUnusedReferences } from './storyboard/unused-references.ts';
import { findTurn } from './turntable/find-turn.ts';
import type { Turn } from './turntable/turn.ts';
import { withClearGlass } from './understand/glass/clear-pictures.ts';
import type { Picture } from './understand/picture.ts';
import { type Understanding, type UnderstandOptions, understand } from './understand/understand.ts';

export interface PlannedFilm {
  storyboard: Storyboard;
  understanding: Understanding;
  /** Present where photos of one product were joined to a turn, and the positions of its views. */
  turn: { turn: Turn; positions: readonly number[] } | undefined;
  notes: Note[];
}

/** Reads prompt and references, and decides the film, or takes the storyboard that came with the plan. */
export async function planFilm(options: UnderstandOptions): Promise<PlannedFilm> {
  const { plan } = options;
  const understanding = withGlass(await understand(options), plan);
  if (plan.storyboard !== undefined) return withGiven(plan.storyboard, understanding);
  const turn = turnOf(understanding, plan);
  const subjects = subjectsOf(understanding, turn?.positions ?? []);
  const storyboard = makeStoryboard(plan, subjects);
  return {
    storyboard,
    understanding,
    turn,
    notes: [
      ...withUnusedReferences(understanding.notes, storyboard, subjects),
      ...unfollowedDirections(storyboard, subjects),
    ],
  };
}

/** A photo cannot tell clear glass from white china on white: the storyboard or the prompt says what is see-through. */
function withGlass(understanding: Understanding, { storyboard }: Plan): Understanding {
  const { pictures, directions } = understanding;
  const isNamed = ({ position, role }: Picture) =>
    storyboard === undefined
      ? directions.glass === true && (role === 'product' || role === 'detail')
      : storyboard.clearGlass?.includes(position) === true;
  return { ...understanding, pictures: withClearGlass(pictures, isNamed) };
}

/** The photos that show one product from several sides, joined to one turn. */
function turnOf({ pictures }: Understanding, plan: Plan): PlannedFilm['turn'] {
  const free = pictures
    .filter(({ role, subject }) => role === 'product' && subject !== undefined)
    .slice(0, mostViews);
  if (free.length < 2) return undefined;
  const height = Math.round(turnHeight(geometryOf(plan), free) * turnDetail);
  const found = findTurn(
    free.flatMap(({ subject }) => subject ?? []),
    height,
  );
  if (found === undefined) return undefined;
  return { turn: found.turn, positions: found.order.flatMap((index) => free[index]?.position ?? []) };
}

/** More photos than these are hardly views of one turn. */
const mostViews = 8;

/** A given storyboard is filmed as it stands, but for products that cannot be cut out: those are never torn. */
function withGiven(given: Storyboard, understanding: Understanding): PlannedFilm {
  const free = new Set(
    understanding.pictures.flatMap(({ position, subject }) => (subject === undefined ? [] : [position])),
  );
  const notes: Note[] = [
    ...understanding.notes.filter(({ pointer }) => pointer !== '/prompt'),
    {
      code: 'storyboard_given',
      pointer: '/storyboard',
      message: 'The film follows the storyboard that was sent; the prompt directed nothing.',
    },
  ];
  const shots = given.shots.map((shot, index): Shot => {
    const positions = positionsOf(shot.subject);
    const [first] = positions;
    const isWhole = shot.framing === 'framed' || shot.framing === 'full';
    if (first === undefined || isWhole || positions.every((position) => free.has(position))) {
      notes.push(...noteOnAction(shot, index));
      return shot;
    }
    notes.push({
      code: 'framing_changed',
      pointer: `/storyboard/shots/${index}/framing`,
      message: `Shot ${index + 1} shows a picture that could not be cut out cleanly: it is framed${shot.action === 'stands' ? '' : ', and its action is not followed'}.`,
    });
    return { ...shot, subject: { kind: 'picture', position: first }, framing: 'framed', action: 'stands' };
  });
  return { storyboard: { ...given, shots }, understanding, turn: undefined, notes };
}

/** A picture in a frame has no floor to drop on, and a still life is painted where it is. */
function noteOnAction({ action, framing, subject }: Shot, index: number): Note[] {
  if (action === 'stands' || (framing === 'on-set' && subject.kind !== 'still-life')) return [];
  const what = subject.kind === 'still-life' ? 'a still life' : `framed "${framing}"`;
  return [
    {
      code: 'action_not_followed',
      pointer: `/storyboard/shots/${index}/action`,
      message: `Shot ${index + 1} is ${what}, so it does not follow "${action}": only a picture on the set does.`,
    },
  ];
}
