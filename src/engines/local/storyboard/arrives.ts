import { positionsOf, type ShotSubject } from '../../../domain/storyboard.ts';
import type { TagDirection } from '../understand/directions.ts';

type Named = Pick<TagDirection, 'kind' | 'position'>;

/** Whether a shot shows a reference. */
export const shows = ({ subject }: { subject: ShotSubject }, { kind, position }: Named) =>
  kind === 'video'
    ? subject.kind === 'clip' && subject.position === position
    : positionsOf(subject).includes(position);

/** Whether a reference comes in with a shot: one that the shot before it shows too only goes on. */
export const arrives = (
  named: Named,
  { before, shot }: { before: { subject: ShotSubject }; shot: { subject: ShotSubject } },
) => shows(shot, named) && !shows(before, named);
