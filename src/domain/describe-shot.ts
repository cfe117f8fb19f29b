import type { Camera, CameraKey, Shot, ShotSubject, Transition } from './storyboard.ts';

/** What a shot shows and what that does: `image 2, floating`. */
export function subjectWords({ subject, action }: Pick<Shot, 'subject' | 'action'>): string {
  const doing = subject.kind === 'turntable' && action === 'rotates' ? undefined : actions[action];
  return doing === undefined ? nameOf(subject) : `${nameOf(subject)}, ${doing}`;
}

export const framingWords: Record<Shot['framing'], string> = {
  'on-set': 'on the set',
  framed: 'as a card',
  full: 'full frame',
  mark: 'as a mark',
};

const actions: Record<Shot['action'], string | undefined> = {
  stands: undefined,
  rotates: 'turning',
  floats: 'floating',
  drops_in: 'dropping in',
  rises: 'rising',
};

function nameOf(subject: ShotSubject): string {
  switch (subject.kind) {
    case 'picture':
      return `image ${subject.position}`;
    case 'turntable':
      return `images ${listed(subject.positions)} turning`;
    case 'clip':
      return `video ${subject.position} from ${subject.fromSeconds.toFixed(1)} s${subject.steadied ? ', steadied' : ''}`;
    case 'still-life':
      return 'still life';
  }
}

/** `1-4` where they follow one another, else one by one. */
function listed(positions: readonly number[]): string {
  const isRow = positions.length > 2 && positions.every((at, index) => at === (positions[0] ?? 0) + index);
  return isRow ? `${positions[0]}-${positions.at(-1)}` : positions.join(', ');
}

/** More keys than these are a way that no few words tell. */
const mostNamedKeys = 4;

/** The moves of a camera in order: `handheld, push in then orbit left`. */
export function cameraWords({ keys, handheld }: Camera): string {
  const moves =
    keys.length > mostNamedKeys
      ? [`a path of ${keys.length} keys`]
      : keys.slice(1).flatMap((key, index) => moveWords(keys[index] ?? key, key));
  const said = moves.filter((move, index) => move !== moves[index - 1]).join(' then ');
  if (handheld > 0) return said === '' ? 'handheld' : `handheld, ${said}`;
  return said === '' ? 'static' : said;
}

interface Way {
  /** How far of what that move usually goes: the largest names the move. */
  share: number;
  words: string;
}

/** Below this share of a usual move nobody sees one. */
const leastShare = 0.08;

function moveWords(from: CameraKey, to: CameraKey): string[] {
  const way = (distance: number, usual: number, [less, more]: readonly [string, string]): Way => ({
    share: Math.abs(distance) / usual,
    words: distance < 0 ? less : more,
  });
  const ways = [
    way(to.orbitDegrees - from.orbitDegrees, 26, ['orbit left', 'orbit right']),
    way(to.dolly - from.dolly, 0.2, ['pull out', 'push in']),
    way(Math.log(to.zoom / from.zoom), 0.2, ['zoom out', 'zoom in']),
    way(to.x - from.x, 0.28, ['truck left', 'truck right']),
    way(to.y - from.y, 0.23, ['crane up', 'crane down']),
    way(to.pan - from.pan, 0.26, ['pan left', 'pan right']),
    way(to.tilt - from.tilt, 0.25, ['tilt up', 'tilt down']),
    way(to.rollDegrees - from.rollDegrees, 6, ['roll left', 'roll right']),
  ];
  const strongest = ways.reduce((best, one) => (one.share > best.share ? one : best));
  return strongest.share < leastShare ? [] : [strongest.words];
}

/** How a film comes to a shot: `cut`, `dissolve 0.5 s`, `whip left 0.3 s`. */
export function transitionWords(transition: Transition | undefined): string {
  if (transition === undefined) return 'cut';
  const { kind, startSeconds, endSeconds, towards } = transition;
  const way = kind === 'whip' || kind === 'wipe' ? ` ${towards}` : '';
  return `${kind}${way} ${(endSeconds - startSeconds).toFixed(1)} s`;
}
