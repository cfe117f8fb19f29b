import type { Plan } from '../../domain/plan.ts';
import { cameraPath } from './camera-path.ts';
import { seededRandom } from './random.ts';
import { chooseWallColour, wallForMark } from './set-colours.ts';
import {
  type Framing,
  fps,
  type Shot,
  type ShotSubject,
  type SoundCue,
  type Storyboard,
  type Transition,
} from './storyboard.ts';
import type { Directions, Move } from './understand/directions.ts';
import { hexOfOklab, type Oklab } from './understand/oklab.ts';
import type { Picture } from './understand/picture.ts';
import type { Clip } from './understand/understand.ts';

/** A shot shorter than this is a flicker. */
const shortestShotSeconds = 0.8;

/** What of an understanding the storyboard looks at: no pixels. */
export interface Subjects {
  directions: Directions;
  pictures: readonly Pick<Picture, 'position' | 'role' | 'palette' | 'subject'>[];
  clips: readonly Pick<Clip, 'position' | 'seconds' | 'ratio'>[];
  sounds: readonly { position: number; role: 'music' | 'voice'; sound: { left: Float32Array } }[];
}

/** Decides the film: which reference is shown when, how it is framed and filmed, on which set, with what sound. */
export function makeStoryboard(
  plan: Plan,
  subjects: Subjects,
): { storyboard: Storyboard; leftOut: ShotSubject[] } {
  const { directions, pictures } = subjects;
  const wanted = orderShots(subjects);
  const most = Math.max(1, Math.floor(plan.durationSeconds / shortestShotSeconds));
  const chosen = wanted.slice(0, most);
  const spans = shareTime(chosen, plan.durationSeconds);
  const random = seededRandom(plan.seed, 'set');
  const wall = chooseWallColour({
    styles: pictures.filter(({ role }) => role === 'style').map(({ palette }) => palette),
    products: pictures.find(({ role }) => role === 'product' || role === 'detail')?.palette ?? [],
    directions,
    random,
  });
  const shots = withCameras(chosen, spans, directions).map((shot) => withOwnWall(shot, wall, pictures));
  const features = ['disc', 'arch', 'none'] as const;
  return {
    storyboard: {
      version: 1,
      fps,
      frames: plan.durationSeconds * fps,
      width: plan.width,
      height: plan.height,
      seed: plan.seed,
      set: {
        wall: hexOfOklab(wall),
        light: directions.light,
        feature: features[Math.floor(random() * features.length)] ?? 'none',
      },
      shots,
      transitions: transitionsBetween(shots),
      sound: plan.generateAudio ? soundCues(subjects, plan.durationSeconds) : [],
      posterSeconds: posterMoment(shots),
    },
    leftOut: wanted.slice(most).map(({ subject }) => subject),
  };
}

interface WantedShot {
  subject: ShotSubject;
  framing: Framing;
  /** Longest time it can fill, for a clip that ends. */
  mostSeconds: number;
}

/** Opens on the product, cuts clips in after the first view, shows close-ups late and the logo last. */
function orderShots({ pictures, clips }: Subjects): WantedShot[] {
  const shot = (picture: Subjects['pictures'][number], framing: Framing): WantedShot => ({
    subject: { kind: 'picture', position: picture.position },
    framing,
    mostSeconds: Number.POSITIVE_INFINITY,
  });
  const of = (role: Picture['role']) => pictures.filter((picture) => picture.role === role);
  const products = of('product').map((picture) =>
    shot(picture, picture.subject === undefined ? 'framed' : 'on-set'),
  );
  const details = of('detail').map((picture) => shot(picture, 'full'));
  const scenes = of('scene').map((picture) => shot(picture, 'full'));
  const logos = of('logo').map((picture) => shot(picture, picture.subject === undefined ? 'framed' : 'mark'));
  const cutIn = clips.map(
    (clip): WantedShot => ({
      subject: { kind: 'clip', position: clip.position, fromSeconds: 0 },
      framing: 'full',
      mostSeconds: clip.seconds,
    }),
  );
  const shown = [...products.slice(0, 1), ...cutIn, ...products.slice(1), ...scenes, ...details, ...logos];
  if (shown.length > 0) return shown;
  // Only style pictures: they are the best there is to look at.
  const styles = of('style').map((picture) => shot(picture, 'full'));
  if (styles.length > 0) return styles;
  return [{ subject: { kind: 'shapes' }, framing: 'on-set', mostSeconds: Number.POSITIVE_INFINITY }];
}

/** Start and end of each shot, on whole frames; a clip that is too short gives its time to the others. */
function shareTime(wanted: readonly WantedShot[], seconds: number): { start: number; end: number }[] {
  const weights = wanted.map(({ subject }) => (subject.kind === 'clip' ? 1.6 : 1));
  const lengths = new Array<number>(wanted.length).fill(0);
  let open = wanted.map((_, index) => index);
  let left = seconds;
  while (open.length > 0) {
    const total = open.reduce((sum, index) => sum + (weights[index] ?? 1), 0);
    const full = open.filter(
      (index) => (wanted[index]?.mostSeconds ?? 0) < (left * (weights[index] ?? 1)) / total,
    );
    // When every shot is a clip that ends early, the last picture of each is held.
    const settled = full.length === 0 || full.length === open.length ? open : full;
    const isFinal = settled === open;
    for (const index of settled)
      lengths[index] = isFinal
        ? (left * (weights[index] ?? 1)) / total
        : Math.max(shortestShotSeconds, wanted[index]?.mostSeconds ?? 0);
    if (isFinal) break;
    left -= settled.reduce((sum, index) => sum + (lengths[index] ?? 0), 0);
    open = open.filter((index) => !settled.includes(index));
  }
  let at = 0;
  return lengths.map((length, index) => {
    const start = at;
    at = index === lengths.length - 1 ? seconds : Math.round((at + length) * fps) / fps;
    return { start, end: at };
  });
}

/** Neighbouring views of the product share one long camera move; every other shot has its own. */
function withCameras(
  wanted: readonly WantedShot[],
  spans: readonly { start: number; end: number }[],
  { moves, pace }: Directions,
): Shot[] {
  const shots: Shot[] = [];
  let take = 0;
  for (let index = 0; index < wanted.length; index++) {
    const last = endOfTake(wanted, index);
    const move: Move = moves[take % Math.max(1, moves.length)] ?? 'push_in';
    const startSeconds = spans[index]?.start ?? 0;
    const endSeconds = spans[last]?.end ?? 0;
    for (; index <= last; index++) {
      const { subject, framing } = wanted[index] ?? {
        subject: { kind: 'shapes' as const },
        framing: 'full' as const,
      };
      const camera = cameraPath({
        // A clip brings its own camera, a mark wants none but the slightest.
        move: subject.kind === 'clip' ? 'static' : framing === 'mark' ? 'push_in' : move,
        pace: framing === 'mark' ? 'slow' : pace,
        startSeconds,
        endSeconds,
      });
      const span = spans[index] ?? { start: 0, end: 0 };
      shots.push({ startSeconds: span.start, endSeconds: span.end, subject, framing, camera });
    }
    index--;
    take++;
  }
  return shots;
}

/** A logo is drawn for light or for dark ground; it gets the one on which it can be read. */
function withOwnWall(shot: Shot, wall: Oklab, pictures: Subjects['pictures']): Shot {
  const { subject, framing } = shot;
  if (framing !== 'mark' || subject.kind !== 'picture') return shot;
  const palette = pictures.find(({ position }) => position === subject.position)?.palette ?? [];
  const readable = wallForMark(wall, palette);
  return readable === wall ? shot : { ...shot, wall: hexOfOklab(readable) };
}

function endOfTake(wanted: readonly WantedShot[], first: number): number {
  let last = first;
  if (wanted[first]?.framing === 'on-set') while (wanted[last + 1]?.framing === 'on-set') last++;
  return last;
}

function transitionsBetween(shots: readonly Shot[]): Transition[] {
  return shots.slice(1).map((shot, index): Transition => {
    const before = shots[index] ?? shot;
    const shorter = Math.min(shot.endSeconds - shot.startSeconds, before.endSeconds - before.startSeconds);
    const half = Math.min(0.35, shorter * 0.28);
    return {
      to: index + 1,
      kind: shot.framing === 'on-set' && before.framing === 'on-set' ? 'turn' : 'dissolve',
      startSeconds: shot.startSeconds - half,
      endSeconds: shot.startSeconds + half,
    };
  });
}

function soundCues({ sounds }: Subjects, seconds: number): SoundCue[] {
  if (sounds.length === 0) return [{ kind: 'bed', startSeconds: 0, endSeconds: seconds }];
  const cues: SoundCue[] = [];
  // Several of a kind follow one another; what no longer fits is cut.
  const at = { music: 0, voice: 0.4 };
  for (const { role, position, sound } of sounds) {
    const start = at[role];
    const end = Math.min(seconds, start + sound.left.length / 48_000);
    if (end - start < 0.2) continue;
    cues.push({ kind: role, position, startSeconds: start, endSeconds: end });
    at[role] = end + (role === 'voice' ? 0.3 : 0);
  }
  if (!cues.some(({ kind }) => kind === 'music'))
    cues.push({ kind: 'bed', startSeconds: 0, endSeconds: seconds });
  return cues;
}

/** The middle of the shot that shows the subject best: the first on the set, else the first. */
function posterMoment(shots: readonly Shot[]): number {
  const shot = shots.find(({ framing }) => framing === 'on-set') ?? shots[0];
  if (shot === undefined) return 0;
  return Math.round(((shot.startSeconds + shot.endSeconds) / 2) * fps) / fps;
}
