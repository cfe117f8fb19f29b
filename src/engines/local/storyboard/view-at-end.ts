import type { ShotSubject } from '../../../domain/storyboard.ts';

/** The photo that a turn shows unmixed at an end of its way; undefined anywhere between. */
export function viewAtEnd(
  { positions }: Extract<ShotSubject, { kind: 'turntable' }>,
  share: number,
): number | undefined {
  if (share === 0) return positions[0];
  return share === 1 ? positions.at(-1) : undefined;
}
