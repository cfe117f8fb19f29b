import type { Plan } from '../../../domain/plan.ts';
import type { Light, Shot, SoundCue, StudioSet, Transition } from '../../../domain/storyboard.ts';
import { landingSeconds } from '../render/action.ts';
import { type BeatGrid, tempoThatEnds } from './beat-grid.ts';
import { type SubjectSound, type Subjects, taggedAs } from './subjects.ts';

/** What carries the film's time: music that was sent, or a bed made for it; nothing where no sound is wanted. */
export interface Music {
  beats?: BeatGrid;
  reference?: SubjectSound;
  bed?: { mood: Extract<SoundCue, { kind: 'bed' }>['mood']; bpm: number };
}

export function chooseMusic(
  { sounds, directions }: Subjects,
  { plan, set }: { plan: Plan; set: StudioSet },
): Music {
  if (!plan.generateAudio) return {};
  const tagged = taggedAs(directions, 'audio', 'beat', 'music');
  const pieces = sounds.filter(({ role }) => role === 'music');
  const reference = pieces.find(({ position }) => position === tagged[0]) ?? pieces[0];
  if (reference !== undefined)
    return {
      reference,
      // It starts on a beat, so the film does.
      ...(reference.beats === undefined ? {} : { beats: { bpm: reference.beats.bpm, firstSeconds: 0 } }),
    };
  const mood = moodOf(set.light, directions.warmth);
  const faster = directions.pace === 'fast' ? 1.15 : directions.pace === 'slow' ? 0.92 : 1;
  const bpm = tempoThatEnds(tempos[mood] * faster, plan.durationSeconds);
  return { bed: { mood, bpm }, beats: { bpm, firstSeconds: 0 } };
}

const tempos = { calm: 84, warm: 92, bright: 112, dramatic: 76, neon: 116 } as const;

function moodOf(light: Light, warmth: string): keyof typeof tempos {
  if (light === 'neon') return 'neon';
  if (light === 'dramatic' || light === 'low_key' || light === 'moonlight') return 'dramatic';
  if (light === 'bright' || light === 'high_key') return 'bright';
  return light === 'golden_hour' || warmth === 'warm' ? 'warm' : 'calm';
}

/** Everything that is heard; empty where no sound was asked for. */
export function soundCues(options: {
  plan: Plan;
  subjects: Subjects;
  music: Music;
  shots: readonly Shot[];
  transitions: readonly Transition[];
}): SoundCue[] {
  const { plan, subjects, music, shots, transitions } = options;
  if (!plan.generateAudio) return [];
  const seconds = plan.durationSeconds;
  return [
    ...musicCues(music, seconds),
    ...voiceCues(subjects.sounds, seconds),
    ...transitions.flatMap(foleyOf),
    ...shots.flatMap(foleyOfAction),
  ];
}

function musicCues({ reference, bed }: Music, seconds: number): SoundCue[] {
  if (bed !== undefined) return [{ kind: 'bed', ...bed, startSeconds: 0, endSeconds: seconds }];
  if (reference === undefined) return [];
  const fromSeconds = reference.bestStart(seconds);
  return [
    {
      kind: 'music',
      position: reference.position,
      fromSeconds,
      startSeconds: 0,
      endSeconds: Math.min(seconds, reference.seconds - fromSeconds),
    },
  ];
}

/** Voices follow one another; what no longer fits is cut. */
function voiceCues(sounds: readonly SubjectSound[], seconds: number): SoundCue[] {
  const cues: SoundCue[] = [];
  let at = 0.4;
  for (const { role, position, seconds: length } of sounds) {
    if (role !== 'voice') continue;
    const end = Math.min(seconds, at + length);
    if (end - at < 0.2) continue;
    cues.push({ kind: 'voice', position, fromSeconds: 0, startSeconds: at, endSeconds: end });
    at = end + 0.3;
  }
  return cues;
}

function foleyOf({ kind, startSeconds, endSeconds }: Transition): SoundCue[] {
  const middle = (startSeconds + endSeconds) / 2;
  if (kind === 'whip') return [{ kind: 'foley', sound: 'whoosh', startSeconds: middle, gainDb: -13 }];
  if (kind === 'wipe') return [{ kind: 'foley', sound: 'whoosh', startSeconds: middle, gainDb: -18 }];
  return [];
}

function foleyOfAction({ action, startSeconds, sweepSeconds }: Shot): SoundCue[] {
  const cues: SoundCue[] = [];
  if (action === 'drops_in')
    cues.push({ kind: 'foley', sound: 'thud', startSeconds: startSeconds + landingSeconds, gainDb: -10 });
  if (sweepSeconds !== undefined)
    cues.push({ kind: 'foley', sound: 'shimmer', startSeconds: sweepSeconds + 0.5, gainDb: -18 });
  return cues;
}
