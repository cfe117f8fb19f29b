import type { Shot, ShotSubject } from '../../../domain/storyboard.ts';
import type { Subjects } from './subjects.ts';

/** A drop is an entrance: what comes later in the film stands there already. */
export function actionOf(
  { directions, turn }: Subjects,
  { index, subject }: { index: number; subject: ShotSubject },
): Shot['action'] {
  const action = directions.action ?? (subject.kind === 'turntable' ? 'rotates' : 'stands');
  if (subject.kind === 'still-life') return 'stands';
  if (action === 'drops_in' && index > 0)
    return subject.kind === 'turntable' && turn.length > 1 ? 'rotates' : 'stands';
  return action;
}
