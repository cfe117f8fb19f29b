import type { Fault } from './errors.ts';
import type { MediaKind } from './media-facts.ts';
import { type Caption, type Storyboard, storyboardFps } from './storyboard.ts';

/** What of a request a storyboard must agree with. */
export interface StoryboardFrame {
  durationSeconds: number;
  width: number;
  height: number;
  generateAudio: boolean;
  /** How many references there are of each kind. */
  references: Record<MediaKind, number>;
}

/** Why a storyboard cannot be filmed for a request; empty if it can. */
export function storyboardFaults(storyboard: Storyboard, frame: StoryboardFrame): Fault[] {
  const faults: Fault[] = [];
  const refuse = (pointer: string, message: string) =>
    faults.push({ pointer: `/storyboard${pointer}`, code: 'invalid_request', message });
  sizeFaults(storyboard, frame, refuse);
  shotFaults(storyboard, refuse);
  transitionFaults(storyboard, refuse);
  momentFaults(storyboard, refuse);
  overlapFaults(storyboard, refuse);
  referenceFaults(storyboard, frame, refuse);
  workFaults(storyboard, refuse);
  if (!frame.generateAudio && storyboard.sound.length > 0)
    refuse('/sound', 'The request asks for no audio, but the storyboard has sound.');
  return faults;
}

/** What is prepared before the first frame: more than this would keep a renderer busy for minutes. */
const most = { turns: 2, walls: 8, beds: 3, voices: 9, music: 9 };

function workFaults({ shots, sound }: Storyboard, refuse: Refuse): void {
  const turns = shots.flatMap(({ subject }) => (subject.kind === 'turntable' ? [subject.positions] : []));
  if (new Set(turns.map((positions) => positions.join(' '))).size > most.turns)
    refuse('/shots', `A film has at most ${most.turns} different turntables.`);
  for (const [index, { subject }] of shots.entries())
    if (subject.kind === 'turntable' && new Set(subject.positions).size < subject.positions.length)
      refuse(`/shots/${index}/subject/positions`, 'A turntable shows each picture once.');
  if (new Set(shots.map(({ wall }) => wall)).size > most.walls)
    refuse('/shots', `A film has at most ${most.walls} different walls.`);
  const cues = (kind: string) => sound.filter((cue) => cue.kind === kind).length;
  if (cues('bed') > most.beds) refuse('/sound', `A film has at most ${most.beds} beds.`);
  if (cues('voice') > most.voices) refuse('/sound', `A film has at most ${most.voices} voice cues.`);
  if (cues('music') > most.music) refuse('/sound', `A film has at most ${most.music} music cues.`);
  for (const [index, { grade }] of shots.entries())
    if (grade?.lightness.some((value, at) => at > 0 && value < (grade.lightness[at - 1] ?? 0)) === true)
      refuse(`/shots/${index}/grade/lightness`, 'The lightness of a grade rises from step to step.');
}

type Refuse = (pointer: string, message: string) => void;

/** Times are compared to a hundredth of a frame: they have been through JSON and perhaps through a person. */
const tolerance = 0.01 / storyboardFps;
const apart = (one: number, other: number) => Math.abs(one - other) > tolerance;

function sizeFaults(
  { frames, width, height }: Storyboard,
  { durationSeconds, ...size }: StoryboardFrame,
  refuse: Refuse,
): void {
  if (frames !== durationSeconds * storyboardFps)
    refuse('/frames', `${durationSeconds} s are ${durationSeconds * storyboardFps} frames, not ${frames}.`);
  if (width !== size.width || height !== size.height)
    refuse('/width', `The video will be ${size.width}×${size.height}, not ${width}×${height}.`);
}

function shotFaults({ shots, frames }: Storyboard, refuse: Refuse): void {
  let due = 0;
  for (const [index, { startSeconds, endSeconds, camera, subject, framing }] of shots.entries()) {
    if (apart(startSeconds, due))
      refuse(`/shots/${index}/startSeconds`, `Shots follow without a gap: this one starts at ${due} s.`);
    if (endSeconds - startSeconds < 1 / storyboardFps)
      refuse(`/shots/${index}/endSeconds`, 'A shot lasts at least one frame.');
    if (camera.keys.some((key, at) => at > 0 && key.seconds <= (camera.keys[at - 1]?.seconds ?? 0)))
      refuse(`/shots/${index}/camera/keys`, 'The keys of a camera follow one another in time.');
    if (framing !== 'on-set' && (subject.kind === 'turntable' || subject.kind === 'still-life'))
      refuse(`/shots/${index}/framing`, `A ${subject.kind} is framed on-set.`);
    if (subject.kind === 'clip' && framing !== 'full')
      refuse(`/shots/${index}/framing`, 'A clip is framed full.');
    due = endSeconds;
  }
  if (apart(due, frames / storyboardFps))
    refuse(
      `/shots/${shots.length - 1}/endSeconds`,
      `The last shot ends with the film, at ${frames / storyboardFps} s.`,
    );
}

function transitionFaults({ transitions, shots }: Storyboard, refuse: Refuse): void {
  let free = 0;
  let last = 0;
  for (const [index, { to, startSeconds, endSeconds }] of transitions.entries()) {
    const pointer = `/transitions/${index}`;
    const before = shots[to - 1];
    const after = shots[to];
    if (before === undefined || after === undefined || to <= last) {
      refuse(`${pointer}/to`, 'A transition leads to a shot after the first, each to another, in order.');
      continue;
    }
    if (startSeconds < free || startSeconds < before.startSeconds || endSeconds > after.endSeconds)
      refuse(pointer, 'A transition lies within the two shots it joins, and after the one before it.');
    if (startSeconds > after.startSeconds || endSeconds < after.startSeconds || endSeconds <= startSeconds)
      refuse(pointer, `A transition lies around the moment of its cut, ${after.startSeconds} s.`);
    free = endSeconds;
    last = to;
  }
}

function momentFaults({ captions, sound, frames, posterSeconds }: Storyboard, refuse: Refuse): void {
  const seconds = frames / storyboardFps;
  const check = (
    pointer: string,
    { startSeconds, endSeconds }: { startSeconds: number; endSeconds: number },
  ) => {
    if (endSeconds <= startSeconds || endSeconds > seconds + 0.001)
      refuse(`${pointer}/endSeconds`, `It ends after it starts, and within the ${seconds} s of the film.`);
  };
  for (const [index, caption] of captions.entries()) check(`/captions/${index}`, caption);
  for (const [index, cue] of sound.entries()) if ('endSeconds' in cue) check(`/sound/${index}`, cue);
  if (posterSeconds >= seconds) refuse('/posterSeconds', `The poster is a moment before ${seconds} s.`);
}

/** Which part of the frame a caption takes: two in one part would be written over each other. */
const part: Record<Caption['place'], string> = {
  upper: 'above',
  centre: 'in the middle',
  lower_third: 'below',
  lower_left: 'below',
};

function overlapFaults({ captions }: Storyboard, refuse: Refuse): void {
  for (const [index, { startSeconds, endSeconds, place }] of captions.entries()) {
    const other = captions.findIndex(
      (earlier, at) =>
        at < index &&
        part[earlier.place] === part[place] &&
        startSeconds < earlier.endSeconds - tolerance &&
        earlier.startSeconds < endSeconds - tolerance,
    );
    const shown = captions[other];
    if (shown !== undefined)
      refuse(
        `/captions/${index}/startSeconds`,
        `Caption ${other + 1} stands ${part[place]} from ${shown.startSeconds} s to ${shown.endSeconds} s: show this one before or after it, or elsewhere (upper, centre or below).`,
      );
  }
}

function referenceFaults(
  { shots, sound, clearGlass = [] }: Storyboard,
  { references }: StoryboardFrame,
  refuse: Refuse,
): void {
  const check = (pointer: string, kind: MediaKind, position: number) => {
    if (position > references[kind])
      refuse(pointer, `There is no ${kind} ${position}; the request has ${references[kind]}.`);
  };
  for (const [at, position] of clearGlass.entries()) check(`/clearGlass/${at}`, 'image', position);
  for (const [index, { subject }] of shots.entries()) {
    const pointer = `/shots/${index}/subject`;
    if (subject.kind === 'picture') check(`${pointer}/position`, 'image', subject.position);
    if (subject.kind === 'clip') check(`${pointer}/position`, 'video', subject.position);
    if (subject.kind === 'turntable')
      for (const [at, position] of subject.positions.entries())
        check(`${pointer}/positions/${at}`, 'image', position);
  }
  for (const [index, cue] of sound.entries())
    if (cue.kind === 'music' || cue.kind === 'voice')
      check(`/sound/${index}/position`, 'audio', cue.position);
}
