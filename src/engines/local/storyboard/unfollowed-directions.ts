import type { Note } from '../../../domain/plan.ts';
import { positionsOf, type Shot, type Storyboard } from '../../../domain/storyboard.ts';
import type { TagDirection } from '../understand/directions.ts';
import { nameOf, noteOn } from '../understand/notes.ts';
import { arrives, shows } from './arrives.ts';
import type { Subjects } from './subjects.ts';
import { viewAtEnd } from './view-at-end.ts';

/** What the prompt directs and was understood, but the film does not do. */
export function unfollowedDirections(storyboard: Storyboard, subjects: Subjects): Note[] {
  return [
    ...unfollowedAction(storyboard, subjects),
    ...unfollowedEnds(storyboard, subjects),
    ...unfollowedArrivals(storyboard, subjects),
    ...unfollowedGlass(subjects),
  ];
}

/** Glass that is not clear, or that its photo shows before something else than plain ground. */
function unfollowedGlass({ directions, pictures }: Subjects): Note[] {
  if (directions.glass !== true || pictures.some(({ isClear }) => isClear)) return [];
  const message = 'No photo shows clear glass before its plain ground, so nothing is see-through.';
  return [{ code: 'glass_not_found', pointer: '/prompt', message }];
}

/** Only what stands on the set can turn, float or drop. */
function unfollowedAction({ shots }: Storyboard, { directions, pictures }: Subjects): Note[] {
  const { action = 'stands' } = directions;
  if (action === 'stands') return [];
  const said = action.replaceAll('_', ' ');
  const framed = pictures.filter(
    ({ position, role }) =>
      role === 'product' &&
      shots.some(({ framing, subject }) => framing === 'framed' && positionsOf(subject).includes(position)),
  );
  if (framed.length > 0)
    return framed.map(({ position }) =>
      noteOn(
        { kind: 'image', position },
        'action_not_followed',
        `is shown as a framed picture, so it does not follow "${said}".`,
      ),
    );
  if (shots.some((shot) => shot.action === action)) return [];
  const why =
    action === 'drops_in' && shots.some(({ framing }) => framing === 'on-set')
      ? 'a drop is an entrance, and the film opens on something else'
      : 'nothing in this film stands on the set';
  return [
    { code: 'action_not_followed', pointer: '/prompt', message: `"${said}" was not followed: ${why}.` },
  ];
}

/** What is to open or close the film, is shown, and does not. */
function unfollowedEnds({ shots }: Storyboard, { directions, turn }: Subjects): Note[] {
  return (['opening', 'closing'] as const).flatMap((part) => {
    const named = directions.tags.filter(({ kind, as }) => as === part && kind !== 'audio');
    const outward = part === 'opening' ? shots : shots.toReversed();
    // Several may be named: they open or close the film one after the other.
    const end = outward.findIndex((shot) => !named.some((tag) => isAt(part, tag, shot)));
    const atEnd = end < 0 ? outward : outward.slice(0, end);
    return named
      .filter((tag) => shots.some((shot) => shows(shot, tag)) && !atEnd.some((shot) => isAt(part, tag, shot)))
      .map((tag): Note => {
        const isView = tag.kind === 'image' && turn.includes(tag.position);
        const why = isView
          ? `it is one view of a turn, which goes between ${nameOf({ kind: 'image', position: turn[0] ?? 0 })} and ${nameOf({ kind: 'image', position: turn.at(-1) ?? 0 })}`
          : 'something else was given that place';
        const does = part === 'opening' ? 'open' : 'close';
        return {
          code: 'tag_not_followed',
          pointer: '/prompt',
          message: `${nameOf(tag)} does not ${does} the film: ${why}.`,
        };
      });
  });
}

/** Nothing comes before the first shot that it could come from; it may still come back later. */
function unfollowedArrivals({ shots }: Storyboard, { directions }: Subjects): Note[] {
  return (directions.arrivals ?? [])
    .filter((arrival) => shots.findIndex((shot) => shows(shot, arrival)) === 0)
    .filter(
      (arrival) => !shots.some((shot, index) => arrives(arrival, { before: shots[index - 1] ?? shot, shot })),
    )
    .map(({ kind, position, by }) => ({
      code: 'transition_not_followed',
      pointer: '/prompt',
      message: `"${by}" to ${nameOf({ kind, position })} was not followed: it opens the film.`,
    }));
}

/** Whether a shot shows it, and a turn begins or ends with it. */
function isAt(part: 'opening' | 'closing', tag: TagDirection, shot: Shot): boolean {
  const { subject } = shot;
  if (subject.kind !== 'turntable') return shows(shot, tag);
  return (
    tag.kind === 'image' &&
    viewAtEnd(subject, part === 'opening' ? subject.from : subject.to) === tag.position
  );
}
