import type { Framing, ShotSubject } from '../../../domain/storyboard.ts';
import type { Composition } from '../camera/moves.ts';
import type { Directions, Pace } from '../understand/directions.ts';
import { shortestShotSeconds } from './beat-grid.ts';
import { type SubjectPicture, type Subjects, taggedAs } from './subjects.ts';
import { viewAtEnd } from './view-at-end.ts';

/** One shot as wanted, before it has a time. */
export interface Take {
  subject: ShotSubject;
  framing: Framing;
  /** Its share of the film against the others. */
  weight: number;
  /** Longest time it can fill, for a clip that ends. */
  mostSeconds: number;
  /** Shows the hero of the film on its set: the prompt's camera moves are meant for these. */
  isHero: boolean;
  composition: Composition;
}

/**
 * The shots of a film in order: it opens on the hero, cuts clips in after the first view, shows scenes and close-ups
 * between further views of the hero, and ends on the logo.
 */
export function chooseTakes(subjects: Subjects, seconds: number): Take[] {
  const once = otherTakes(subjects);
  const heroes = heroTakes(subjects, { seconds, others: once.length });
  const others = heroes.length > 0 ? once : withClipsAgain(once, seconds);
  const most = Math.max(1, Math.floor(seconds / shortestShotSeconds));
  return orderTakes(heroes, others, subjects).slice(0, most);
}

const straight: Composition = { dolly: 0, pan: 0, tilt: 0 };
const endless = Number.POSITIVE_INFINITY;

/** How the views of one hero differ: a wide one first and last, nearer ones between. */
const compositions: readonly [Composition, ...Composition[]] = [
  straight,
  { dolly: 0.32, pan: 0.04, tilt: -0.06 },
  { dolly: 0.05, pan: -0.06, tilt: 0.01 },
  { dolly: 0.38, pan: -0.03, tilt: -0.07 },
];

/** About how long one view of the hero is looked at. */
const viewSeconds: Record<Pace, number> = { slow: 5.5, normal: 3.8, fast: 2.1 };

function heroTakes(subjects: Subjects, { seconds, others }: { seconds: number; others: number }): Take[] {
  const hero = heroSubject(subjects);
  if (hero === undefined) return [];
  const { directions } = subjects;
  const share = seconds * Math.max(0.4, 1 - others * 0.17);
  const wanted = Math.max(directions.camera.length, Math.round(share / viewSeconds[directions.pace]), 1);
  const count = Math.min(wanted, Math.max(1, Math.floor(share / 1.5)));
  return Array.from({ length: count }, (_, index): Take => {
    const isWide = index === 0 || index === count - 1;
    return {
      ...hero,
      subject:
        hero.subject.kind === 'turntable'
          ? { ...hero.subject, ...partOfWay(hero.subject, index, count) }
          : hero.subject,
      weight: 1.5,
      mostSeconds: endless,
      isHero: true,
      composition: isWide ? straight : (compositions[1 + ((index - 1) % 3)] ?? straight),
    };
  });
}

/** A turn goes the other way round where the prompt opens on its last view, or closes on its first. */
function wayRound(turn: readonly number[], directions: Directions): { from: number; to: number } {
  const opening = taggedAs(directions, 'image', 'opening');
  const closing = taggedAs(directions, 'image', 'closing');
  const [first = 0, last = 0] = [turn[0], turn.at(-1)];
  const isForward = opening.includes(first) || (closing.includes(last) && !opening.includes(last));
  const isBack = !isForward && (opening.includes(last) || closing.includes(first));
  return isBack ? { from: 1, to: 0 } : { from: 0, to: 1 };
}

function partOfWay({ from, to }: { from: number; to: number }, index: number, count: number) {
  const at = (share: number) => from + (to - from) * share;
  return { from: at(index / count), to: at((index + 1) / count) };
}

/** The one product turning, or the first that stands free, or what a film without one shows. */
function heroSubject(subjects: Subjects): Pick<Take, 'subject' | 'framing'> | undefined {
  const { pictures, turn, clips, directions } = subjects;
  const tagged = taggedAs(directions, 'image', 'hero')[0];
  const products = pictures.filter(({ role }) => role === 'product');
  // Who asks for a turn is shown the real one, whichever photo came first.
  const turning = directions.action === 'rotates' ? turn[0] : undefined;
  const hero =
    products.find(({ position }) => position === tagged) ??
    products.find(({ position }) => position === turning) ??
    products[0];
  if (hero !== undefined) {
    const isTurning = turn.includes(hero.position) && directions.action !== 'stands';
    if (isTurning)
      return {
        subject: { kind: 'turntable', positions: [...turn], ...wayRound(turn, directions) },
        framing: 'on-set',
      };
    return {
      subject: { kind: 'picture', position: hero.position },
      framing: hero.isFree ? 'on-set' : 'framed',
    };
  }
  const isEmpty = pictures.length === 0 && clips.every(({ role }) => role === 'motion');
  return isEmpty ? { subject: { kind: 'still-life' }, framing: 'on-set' } : undefined;
}

function otherTakes(subjects: Subjects): Take[] {
  const { pictures, clips } = subjects;
  const hero = heroSubject(subjects)?.subject;
  const isShown = ({ position }: SubjectPicture) =>
    hero?.kind === 'turntable'
      ? hero.positions.includes(position)
      : hero?.kind === 'picture' && hero.position === position;
  const of = (...roles: SubjectPicture['role'][]) =>
    pictures.filter((picture) => roles.includes(picture.role) && !isShown(picture));
  const still = (picture: SubjectPicture, framing: Framing, weight: number): Take => ({
    subject: { kind: 'picture', position: picture.position },
    framing,
    weight,
    mostSeconds: endless,
    isHero: false,
    composition: straight,
  });
  const cutIn = clips
    .filter(({ role }) => role === 'clip')
    .map(
      (clip): Take => ({
        subject: { kind: 'clip', position: clip.position, fromSeconds: 0, steadied: false },
        framing: 'full',
        weight: 1.5,
        mostSeconds: clip.seconds,
        isHero: false,
        composition: straight,
      }),
    );
  const shown = [
    ...cutIn,
    ...of('product').map((picture) => still(picture, picture.isFree ? 'on-set' : 'framed', 1)),
    ...of('screen').map((picture) => still(picture, 'framed', 1.1)),
    ...of('scene').map((picture) => still(picture, 'full', 1.1)),
    ...of('detail').map((picture) => still(picture, 'full', 0.9)),
    ...of('logo').map((picture) => still(picture, picture.isFree ? 'mark' : 'framed', 0.9)),
  ];
  if (shown.length > 0 || hero !== undefined) return shown;
  // Only style pictures: they are the best there is to look at.
  return pictures.map((picture) => still(picture, 'full', 1));
}

/**
 * A film of clips alone that end before it does shows them again, nearer every other time, instead of holding their
 * last picture. Where a hero stands, that has the time which is left.
 */
function withClipsAgain(takes: readonly Take[], seconds: number): Take[] {
  const clips = takes.filter(({ subject }) => subject.kind === 'clip');
  const marks = takes.filter(({ framing }) => framing === 'mark');
  if (clips.length === 0 || clips.length + marks.length < takes.length) return [...takes];
  const length = clips.reduce((sum, { mostSeconds }) => sum + mostSeconds, 0);
  const toFill = seconds - marks.length * markSeconds;
  const most = Math.max(1, Math.floor(toFill / leastClipSeconds / clips.length));
  const rounds = Math.max(1, Math.min(most, Math.ceil((toFill - heldSeconds) / length)));
  const again = Array.from({ length: rounds }, (_, round) =>
    clips.map((take): Take => ({ ...take, composition: round % 2 === 0 ? straight : nearer })),
  );
  return [...again.flat(), ...marks];
}

const markSeconds = 2;
const leastClipSeconds = 1.2;
/** So long a last picture may stand: many a clip of ten seconds lasts 9.97. */
const heldSeconds = 0.25;
const nearer: Composition = { dolly: 0.18, pan: 0, tilt: 0 };

/** Spreads the hero's views between the other shots; what the prompt names, and logos, have the ends. */
function orderTakes(heroes: readonly Take[], others: readonly Take[], { directions }: Subjects): Take[] {
  const opens = namedAs(directions, 'opening');
  const closes = namedAs(directions, 'closing');
  const isLogo = namedAs(directions, 'logo');
  const first = others.filter(opens);
  const later = others.filter((take) => !first.includes(take));
  const last = later.filter(closes);
  const marks = later.filter((take) => !last.includes(take) && (take.framing === 'mark' || isLogo(take)));
  const middle = inOrderOfArrival(
    later.filter((take) => !last.includes(take) && !marks.includes(take)),
    directions,
  );
  const end = heroes.slice(-1).filter(closes);
  const views = heroes.slice(0, heroes.length - end.length);
  const rest = views.slice(1);
  const spread: Take[] = views.slice(0, 1);
  // After the opening view, hero and others take turns; who has more goes in a row.
  const steps = Math.max(rest.length, middle.length);
  for (let step = 0; step < steps; step++) {
    const upTo = (list: readonly Take[], at: number) => Math.round((at * list.length) / steps);
    spread.push(...middle.slice(upTo(middle, step), upTo(middle, step + 1)));
    spread.push(...rest.slice(upTo(rest, step), upTo(rest, step + 1)));
  }
  return [...first, ...spread, ...marks, ...end, ...last];
}

/** What the prompt says how it comes in, comes in the order of the prompt; the rest keeps its places. */
function inOrderOfArrival(takes: readonly Take[], { arrivals = [] }: Directions): readonly Take[] {
  const rankOf = ({ subject }: Take) =>
    arrivals.findIndex(
      ({ kind, position }) =>
        (kind === 'video' && subject.kind === 'clip' && subject.position === position) ||
        (kind === 'image' && subject.kind === 'picture' && subject.position === position),
    );
  const arriving = takes
    .filter((take) => rankOf(take) >= 0)
    .toSorted((one, other) => rankOf(one) - rankOf(other));
  let next = 0;
  return takes.map((take) => (rankOf(take) < 0 ? take : (arriving[next++] ?? take)));
}

/** Whether a shot shows a reference of which the prompt says this; of a turn, the view that it begins or ends with. */
function namedAs(directions: Directions, part: 'opening' | 'closing' | 'logo') {
  const images = taggedAs(directions, 'image', part);
  const videos = taggedAs(directions, 'video', part);
  return ({ subject }: Take): boolean => {
    if (subject.kind === 'clip') return videos.includes(subject.position);
    if (subject.kind === 'picture') return images.includes(subject.position);
    if (subject.kind === 'still-life') return false;
    const seen = viewAtEnd(subject, part === 'opening' ? subject.from : subject.to);
    return seen !== undefined && images.includes(seen);
  };
}
