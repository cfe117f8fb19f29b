import { soundRate } from '../../../media/media.ts';
import { footAxis } from '../turntable/find-axes.ts';
import { type Clip, isShaky } from '../understand/clip.ts';
import type { Subject } from '../understand/picture.ts';
import { bestWindow } from '../understand/sound/best-window.ts';
import type { SoundReference } from '../understand/sound-reference.ts';
import type { Understanding } from '../understand/understand.ts';
import { bestSegment } from '../understand/video/best-segment.ts';
import type { SubjectClip, SubjectSound, Subjects } from './subjects.ts';

/** What the storyboard needs to know of an understanding. */
export function subjectsOf(understanding: Understanding, turn: readonly number[]): Subjects {
  const { directions, pictures, clips, sounds } = understanding;
  return {
    directions,
    pictures: pictures.map(({ position, role, palette, subject, bitmap }) => ({
      position,
      role,
      palette,
      isFree: subject !== undefined,
      isClear: subject?.seeThrough !== undefined,
      aspect: subject === undefined ? 1 : aspectOf(subject),
      shape: bitmap.width / bitmap.height,
    })),
    turn,
    clips: clips.map(clipSubject),
    sounds: sounds.map(soundSubject),
  };
}

function aspectOf(subject: Subject): number {
  const { box } = subject;
  const foot = footAxis(subject);
  const wider = Math.max(box.right - foot, foot - box.left, (box.right - box.left) / 2);
  return (2 * wider) / (box.bottom - box.top);
}

function clipSubject(clip: Clip): SubjectClip {
  const { position, role, seconds, reading, camera, palette } = clip;
  return {
    position,
    role,
    seconds,
    isShaky: isShaky(clip),
    palette,
    bestStart: (length) => bestSegment(reading, Math.min(length, seconds)).startSeconds,
    motion: camera.samples,
  };
}

function soundSubject({ position, role, sound, beats }: SoundReference): SubjectSound {
  return {
    position,
    role,
    seconds: sound.left.length / soundRate,
    ...(beats.beatsSeconds.length === 0 ? {} : { beats: { bpm: beats.bpm } }),
    bestStart: (seconds) => bestWindow({ music: sound, beats, seconds }),
  };
}
