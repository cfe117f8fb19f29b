import { storyboardFps as fps, positionsOf, type Shot, type Transition } from '../../../domain/storyboard.ts';
import type { Directions, TransitionKind } from '../understand/directions.ts';
import { arrives } from './arrives.ts';
import type { Take } from './takes.ts';

/** Between neighbouring shots: as the prompt asks, in turn, else what suits the pace and the two shots. */
export function joinShots(options: {
  shots: readonly Shot[];
  takes: readonly Take[];
  directions: Directions;
}): Transition[] {
  const { shots, takes, directions } = options;
  return shots.slice(1).flatMap((shot, index): Transition[] => {
    const before = shots[index] ?? shot;
    const asked =
      arrivalOf({ before, shot }, directions) ??
      directions.transitions[index % Math.max(1, directions.transitions.length)];
    const kind = asked ?? unasked({ before: takes[index], after: takes[index + 1], directions });
    if (kind === 'cut') return [];
    const shorter = Math.min(shot.endSeconds - shot.startSeconds, before.endSeconds - before.startSeconds);
    const half = Math.round(Math.min(halfSeconds[kind], shorter * 0.3) * fps) / fps;
    if (half === 0) return [];
    return [
      {
        to: index + 1,
        kind,
        startSeconds: shot.startSeconds - half,
        endSeconds: shot.startSeconds + half,
        towards: index % 2 === 0 ? 'right' : 'left',
      },
    ];
  });
}

/** How the prompt says that what comes in with a shot does so. */
const arrivalOf = (change: { before: Shot; shot: Shot }, { arrivals = [] }: Directions) =>
  arrivals.find((arrival) => arrives(arrival, change))?.by;

const halfSeconds: Record<Exclude<TransitionKind, 'cut'>, number> = {
  dissolve: 0.34,
  whip: 0.25,
  match: 0.25,
  wipe: 0.38,
};

const isScene = ({ framing }: Take) => framing === 'full';

function unasked(options: {
  before: Take | undefined;
  after: Take | undefined;
  directions: Directions;
}): TransitionKind {
  const { before, after, directions } = options;
  if (directions.camera.some(({ move }) => move === 'whip')) return 'whip';
  if (after?.framing === 'mark') return 'dissolve';
  // A clip that goes on, or is seen again, would lie over itself.
  if (before !== undefined && after !== undefined && areOneClip(before, after)) return 'cut';
  // Two views of one product would lie over each other as a ghost of it.
  if (before !== undefined && after !== undefined && areTwoViews(before, after)) return 'cut';
  const sameSet = before?.isHero === true && after?.isHero === true;
  if (directions.pace === 'fast') return sameSet ? 'match' : 'cut';
  if (sameSet) return 'match';
  return directions.pace === 'slow' || before?.framing === 'full' ? 'dissolve' : 'cut';
}

const areOneClip = ({ subject: before }: Take, { subject: after }: Take) =>
  before.kind === 'clip' && after.kind === 'clip' && before.position === after.position;

function areTwoViews(before: Take, after: Take): boolean {
  if (isScene(before) || isScene(after)) return false;
  // A turn that goes on.
  if (before.subject.kind === 'turntable' && after.subject.kind === 'turntable') return false;
  const [last] = positionsOf(before.subject).slice(-1);
  const [first] = positionsOf(after.subject);
  return last !== undefined && first !== undefined && last !== first;
}
