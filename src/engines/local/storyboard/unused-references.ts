import type { Note } from '../../../domain/plan.ts';
import { positionsOf, type Storyboard } from '../../../domain/storyboard.ts';
import { noteOn } from '../understand/notes.ts';
import type { Subjects } from './subjects.ts';

/**
 * The notes of an understanding, told again by what the film really shows and plays: nothing is left out in silence, and
 * nothing is said of a reference that was left out but that it was.
 */
export function withUnusedReferences(
  notes: readonly Note[],
  storyboard: Storyboard,
  subjects: Subjects,
): Note[] {
  const unused = [
    ...unusedPictures(storyboard, subjects),
    ...unusedClips(storyboard, subjects),
    ...unusedSounds(storyboard, subjects),
  ];
  const said = new Set(unused.map(({ pointer }) => pointer));
  const kept = notes.filter(({ code, pointer }) => !onHowShown.has(code) || !said.has(pointer));
  return [
    ...kept,
    ...unused,
    ...repeatedClips(storyboard, subjects),
    ...shortenedVoices(storyboard, subjects),
  ];
}

/** What is not true of something that is left out. */
const onHowShown = new Set(['reference_role', 'matte_uncertain', 'matte_plug_in']);

const noTime = 'was left out: the film is too short to show every reference for at least 0.8 s.';

function unusedPictures({ shots }: Storyboard, { pictures }: Subjects): Note[] {
  const shown = shots.flatMap(({ subject }) => positionsOf(subject));
  return pictures
    .filter(({ position, role }) => role !== 'style' && !shown.includes(position))
    .map(({ position }) => noteOn({ kind: 'image', position }, 'reference_unused', noTime));
}

function unusedClips({ shots }: Storyboard, { clips }: Subjects): Note[] {
  const shown = shots.flatMap(({ subject }) => (subject.kind === 'clip' ? [subject.position] : []));
  const isFollowed = shots.some(({ camera }) => camera.easing === 'through');
  const followed = isFollowed
    ? clips.find(({ role, motion }) => role === 'motion' && motion.length > 1)
    : undefined;
  return clips
    .filter((clip) => !shown.includes(clip.position) && clip !== followed)
    .map(({ position, role }) =>
      noteOn(
        { kind: 'video', position },
        'reference_unused',
        role === 'motion'
          ? 'was not followed: one clip leads the camera, and it needs a shot to lead.'
          : noTime,
      ),
    );
}

function repeatedClips({ shots, frames, fps }: Storyboard, { clips }: Subjects): Note[] {
  return clips.flatMap(({ position, seconds }): Note[] => {
    const times = shots.filter(
      ({ subject }) => subject.kind === 'clip' && subject.position === position,
    ).length;
    if (times < 2) return [];
    const said = `lasts ${seconds.toFixed(1)} s; it is shown ${times} times to fill the ${frames / fps} s.`;
    return [noteOn({ kind: 'video', position }, 'clip_repeated', said)];
  });
}

function unusedSounds({ sound }: Storyboard, { sounds }: Subjects): Note[] {
  const heard = sound.flatMap((cue) => (cue.kind === 'music' || cue.kind === 'voice' ? [cue.position] : []));
  return sounds
    .filter(({ position }) => !heard.includes(position))
    .map(({ position, role }) =>
      noteOn(
        { kind: 'audio', position },
        'reference_unused',
        role === 'music'
          ? 'was left out: one piece of music carries the film.'
          : 'was left out: the film ends before its turn.',
      ),
    );
}

function shortenedVoices({ sound }: Storyboard, { sounds }: Subjects): Note[] {
  return sound.flatMap((cue): Note[] => {
    if (cue.kind !== 'voice') return [];
    const whole = sounds.find(({ position }) => position === cue.position)?.seconds ?? 0;
    const heard = cue.endSeconds - cue.startSeconds;
    if (whole - heard < 0.2) return [];
    const said = `lasts ${whole.toFixed(1)} s; the film has room for ${heard.toFixed(1)} s of it.`;
    return [noteOn({ kind: 'audio', position: cue.position }, 'voice_cut', said)];
  });
}
