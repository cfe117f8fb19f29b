import type { SoundCue, Storyboard, StudioSet } from './storyboard.ts';

/** The set in one line: `studio, glossy, soft light from the left, arch, round plinth`. */
export function setWords(set: StudioSet): string {
  const { style, surface, light, lightFrom, feature, plinth, foreground } = set;
  return [
    style,
    surface,
    `${light.replace('_', ' ')} light from the ${lightFrom}`,
    ...(feature === 'none' ? [] : [feature]),
    ...(plinth === 'none' ? [] : [`${plinth} plinth`]),
    ...(foreground === 'none' ? [] : [foreground]),
  ].join(', ');
}

/** What is heard: `music of audio 1 from 12.4 s`, `a calm bed, 96 bpm`, `whoosh`. */
export function soundWords(cue: SoundCue): string {
  switch (cue.kind) {
    case 'music':
      return `music of audio ${cue.position} from ${cue.fromSeconds.toFixed(1)} s`;
    case 'voice':
      return `voice of audio ${cue.position}${cue.fromSeconds === 0 ? '' : ` from ${cue.fromSeconds.toFixed(1)} s`}`;
    case 'bed':
      return `a ${cue.mood} bed, ${shortNumber(cue.bpm)} bpm`;
    case 'foley':
      return cue.sound;
  }
}

/** Length, size, seed and tempo: `5 s · 1280 × 720 · seed 7 · 120 bpm`. */
export function factsWords({ frames, fps, width, height, seed, beats }: Storyboard): string {
  return [
    `${shortNumber(frames / fps)} s`,
    `${width} × ${height}`,
    `seed ${seed}`,
    ...(beats === undefined ? [] : [`${shortNumber(beats.bpm)} bpm`]),
  ].join(' · ');
}

const shortNumber = (value: number) => String(Number(value.toFixed(1)));
