import type { Plan } from '../../../domain/plan.ts';
import {
  storyboardFps as fps,
  type Grade,
  type Shot,
  type ShotSubject,
  type Storyboard,
} from '../../../domain/storyboard.ts';
import { type Mood, makeGrade } from '../grade/grade.ts';
import { seededRandom } from '../random.ts';
import type { Directions } from '../understand/directions.ts';
import { hexOfOklab, type Oklab } from '../understand/oklab.ts';
import { actionOf } from './action-of.ts';
import { shareTime } from './beat-grid.ts';
import { chooseCameras } from './cameras.ts';
import { placeCaptions } from './captions.ts';
import { chooseSet } from './choose-set.ts';
import { chooseSetColours, wallForMark } from './set-colours.ts';
import { chooseMusic, soundCues } from './sound-cues.ts';
import type { Subjects } from './subjects.ts';
import { chooseTakes, type Take } from './takes.ts';
import { joinShots } from './transitions.ts';

/** Decides the film: which reference is shown when, how it is framed and filmed, on which set, with what sound. */
export function makeStoryboard(plan: Plan, subjects: Subjects): Storyboard {
  const { directions, pictures } = subjects;
  const { durationSeconds: seconds, seed, width, height } = plan;
  const random = seededRandom(seed, 'storyboard');
  const colours = chooseSetColours({
    ...paletteSources(subjects),
    directions,
    random,
  });
  const set = chooseSet({ directions, colours, random });
  const takes = chooseTakes(subjects, seconds);
  const music = chooseMusic(subjects, { plan, set });
  const spans = shareTime({
    shots: takes,
    seconds,
    ...(music.beats === undefined ? {} : { grid: music.beats }),
  });
  const captions = placeCaptions({ directions, takes, spans, seconds, frame: { width, height } });
  const cameras = chooseCameras({ takes, spans, subjects, captions, frame: { width, height }, random, seed });
  const shots = takes.map((take, index): Shot => {
    const span = spans[index] ?? { start: 0, end: seconds };
    const wall = ownWall(take.framing, { subject: take.subject, wall: colours.wall, pictures });
    const isOnSet = take.framing === 'on-set';
    return {
      startSeconds: span.start,
      endSeconds: span.end,
      subject: startedAtItsBest(take.subject, {
        seconds: span.end - span.start,
        time: takes.slice(0, index).filter((earlier) => showsSameClip(earlier, take)).length,
        subjects,
      }),
      framing: take.framing,
      action: isOnSet ? actionOf(subjects, { index, subject: take.subject }) : 'stands',
      camera: cameras[index] ?? { keys: [], easing: 'soft', handheld: 0 },
      blur: blurOf(take.composition.dolly, directions.dof),
      ...(isOnSet && sweeps(subjects, index, take.subject) ? { sweepSeconds: sweepMoment(span) } : {}),
      ...(wall === undefined ? {} : { wall }),
      ...gradeOf(take, subjects),
    };
  });
  const transitions = joinShots({ shots, takes, directions });
  return {
    version: 2,
    fps,
    frames: seconds * fps,
    width,
    height,
    seed,
    ...(music.beats === undefined ? {} : { beats: music.beats }),
    set,
    ...clearGlassOf(subjects),
    shots,
    transitions,
    captions,
    sound: soundCues({ plan, subjects, music, shots, transitions }),
    posterSeconds: posterMoment(shots),
  };
}

/** Where nothing but clips is shown, the wall that one hangs on is of their colours. */
function paletteSources({ pictures, clips }: Subjects) {
  const styles = pictures.filter(({ role }) => role === 'style').map(({ palette }) => palette);
  const products = pictures.find(({ role }) => role === 'product' || role === 'detail')?.palette ?? [];
  const isClipsAlone = styles.length === 0 && pictures.length === 0;
  return { styles: isClipsAlone ? clips.map(({ palette }) => palette) : styles, products };
}

const clearGlassOf = ({ pictures }: Subjects): Pick<Storyboard, 'clearGlass'> => {
  const clear = pictures.filter(({ isClear }) => isClear).map(({ position }) => position);
  return clear.length === 0 ? {} : { clearGlass: clear };
};

/** Nearer compositions have less in focus, as with any lens. */
function blurOf(dolly: number, isAsked: boolean | undefined): number {
  if (isAsked === false) return 0;
  const blur = (isAsked === true ? 0.7 : 0.12) + dolly * 1.1;
  return Math.round(Math.min(1, Math.max(0, blur)) * 100) / 100;
}

const sweeps = ({ directions }: Subjects, index: number, { kind }: ShotSubject) =>
  directions.sweep === true && index < 2 && kind !== 'still-life';

const sweepMoment = ({ start, end }: { start: number; end: number }) =>
  Math.round((start + (end - start) * 0.35) * fps) / fps;

const showsSameClip = ({ subject: one }: Take, { subject: other }: Take) =>
  one.kind === 'clip' && other.kind === 'clip' && one.position === other.position;

/** Every other time that a clip is seen, it is the end of it that lies farther from its best moment. */
function startedAtItsBest(
  subject: ShotSubject,
  { seconds, time, subjects }: { seconds: number; time: number; subjects: Subjects },
): ShotSubject {
  const { clips } = subjects;
  if (subject.kind !== 'clip') return subject;
  const clip = clips.find(({ position }) => position === subject.position);
  if (clip === undefined) return subject;
  const best = clip.bestStart(seconds);
  const latest = Math.max(0, clip.seconds - seconds);
  const start = time % 2 === 0 ? best : best > latest / 2 ? 0 : latest;
  const fromSeconds = Math.round(start * 1e3) / 1e3;
  return { ...subject, fromSeconds, steadied: clip.isShaky };
}

/** Scenes and clips are toned like the style references, or to the light asked for; products keep their colours. */
function gradeOf({ subject, framing }: Take, { pictures, clips, directions }: Subjects): { grade?: Grade } {
  if (framing !== 'full') return {};
  const picture =
    subject.kind === 'picture' ? pictures.find(({ position }) => position === subject.position) : undefined;
  const clip =
    subject.kind === 'clip' ? clips.find(({ position }) => position === subject.position) : undefined;
  const source = picture?.role === 'scene' ? picture.palette : clip?.palette;
  if (source === undefined) return {};
  const target = pictures.filter(({ role }) => role === 'style').flatMap(({ palette }) => palette);
  const mood = moodOf(directions);
  if (target.length === 0 && mood.warmth === 0 && mood.light === 0) return {};
  const { lightness, chroma, shift, tint } = makeGrade({ target, source, mood });
  return {
    grade: {
      lightness: lightness.map(rounded),
      chroma: rounded(chroma),
      shift: { a: rounded(shift.a), b: rounded(shift.b) },
      tint: { a: rounded(tint.a), b: rounded(tint.b) },
    },
  };
}

function moodOf({ light, warmth }: Directions): Mood {
  const warm = warmth === 'warm' || light === 'golden_hour';
  const cool = warmth === 'cool' || light === 'moonlight';
  const dark = light === 'dramatic' || light === 'low_key' || light === 'moonlight' || light === 'neon';
  const pale = light === 'high_key' || light === 'bright';
  return { warmth: warm ? 0.5 : cool ? -0.5 : 0, light: dark ? -1 : pale ? 1 : 0 };
}

const rounded = (value: number) => Math.round(value * 1e5) / 1e5 + 0;

/** A logo is drawn for light or for dark ground; it gets the one on which it can be read. */
function ownWall(
  framing: Shot['framing'],
  { subject, wall, pictures }: { subject: ShotSubject; wall: Oklab; pictures: Subjects['pictures'] },
): string | undefined {
  if (framing !== 'mark' || subject.kind !== 'picture') return undefined;
  const palette = pictures.find(({ position }) => position === subject.position)?.palette ?? [];
  const readable = wallForMark(wall, palette);
  return readable === wall ? undefined : hexOfOklab(readable);
}

/** The middle of the shot that shows the subject best: the first on the set, else the first. */
function posterMoment(shots: readonly Shot[]): number {
  const shot = shots.find(({ framing }) => framing === 'on-set') ?? shots[0];
  if (shot === undefined) return 0;
  return Math.round(((shot.startSeconds + shot.endSeconds) / 2) * fps) / fps;
}
