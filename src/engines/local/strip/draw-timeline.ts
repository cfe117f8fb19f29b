import type { SKRSContext2D } from '@napi-rs/canvas';
import { soundWords } from '../../../domain/describe-film.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import { write } from './lettering.ts';
import { colours, contentWidth, margin } from './strip-look.ts';

interface Bar {
  startSeconds: number;
  endSeconds: number;
  words: string;
}

interface Lane {
  name: string;
  bars: Bar[];
}

const scaleHeight = 46;
const laneHeight = 54;
const nameWidth = 150;

export const timelineHeight = (storyboard: Storyboard) =>
  scaleHeight + lanesOf(storyboard).length * laneHeight + (foleyOf(storyboard).length > 0 ? laneHeight : 0);

/** The film as it runs: seconds and beats on top, then shots, captions and sounds, each as long as it lasts. */
export function drawTimeline(context: SKRSContext2D, storyboard: Storyboard, top: number): void {
  const seconds = storyboard.frames / storyboard.fps;
  const xAt = (at: number) => margin + nameWidth + ((contentWidth - nameWidth) * at) / seconds;
  drawScale(context, storyboard, { top, seconds, xAt });
  let y = top + scaleHeight;
  for (const lane of lanesOf(storyboard)) {
    writeName(context, lane.name, y);
    for (const bar of lane.bars) drawBar(context, bar, { y, xAt });
    y += laneHeight;
  }
  drawTransitions(context, storyboard, { y: top + scaleHeight, xAt });
  const foley = foleyOf(storyboard);
  if (foley.length > 0) writeName(context, 'Effects', y);
  for (const { startSeconds } of foley) drawDot(context, xAt(startSeconds), y + laneHeight / 2);
}

function lanesOf({ shots, captions, sound }: Storyboard): Lane[] {
  const numbered = shots.map((shot, index) => ({ ...shot, words: String(index + 1) }));
  const long = sound.flatMap((cue) => (cue.kind === 'foley' ? [] : [{ ...cue, words: soundWords(cue) }]));
  return [
    { name: 'Shots', bars: numbered },
    ...sideBySide(
      'Captions',
      captions.map((caption) => ({ ...caption, words: caption.text })),
    ),
    ...sideBySide('Sound', long),
  ];
}

const foleyOf = ({ sound }: Storyboard) =>
  sound.filter((cue) => cue.kind === 'foley' && cue.startSeconds >= 0);

/** As few lanes as hold all bars without one on the other. */
function sideBySide(name: string, bars: readonly Bar[]): Lane[] {
  const lanes: Lane[] = [];
  for (const bar of bars) {
    const free = lanes.find((lane) => lane.bars.every((other) => other.endSeconds <= bar.startSeconds));
    if (free === undefined) lanes.push({ name: lanes.length === 0 ? name : '', bars: [bar] });
    else free.bars.push(bar);
  }
  return lanes;
}

interface Scale {
  top: number;
  seconds: number;
  xAt(seconds: number): number;
}

function drawScale(context: SKRSContext2D, { beats }: Storyboard, { top, seconds, xAt }: Scale): void {
  for (let second = 0; second <= seconds; second++) {
    const isLast = second === seconds;
    write(context, isLast ? `${second} s` : String(second), {
      x: xAt(second),
      y: top + 16,
      sizePx: 22,
      colour: colours.faint,
      align: isLast ? 'right' : 'left',
    });
  }
  if (beats === undefined) return;
  context.fillStyle = colours.faint;
  for (let beat = 0; ; beat++) {
    const at = beats.firstSeconds + (beat * 60) / beats.bpm;
    if (at > seconds) return;
    if (at >= 0) context.fillRect(xAt(at), top + 26, 2, 10);
  }
}

function writeName(context: SKRSContext2D, name: string, y: number): void {
  write(context, name, { x: margin, y: y + 35, sizePx: 24, colour: colours.faint, maxWidth: nameWidth - 12 });
}

function drawBar(
  context: SKRSContext2D,
  { startSeconds, endSeconds, words }: Bar,
  { y, xAt }: { y: number } & Pick<Scale, 'xAt'>,
): void {
  const x = xAt(startSeconds);
  const width = Math.max(4, xAt(endSeconds) - x - 4);
  context.fillStyle = colours.raised;
  context.beginPath();
  context.roundRect(x, y + 4, width, laneHeight - 10, 7);
  context.fill();
  if (width < 40) return;
  write(context, words, { x: x + 14, y: y + 35, sizePx: 24, colour: colours.text, maxWidth: width - 26 });
}

/** Where one shot gives way to the next, across both their bars. */
function drawTransitions(
  context: SKRSContext2D,
  { transitions }: Storyboard,
  { y, xAt }: { y: number } & Pick<Scale, 'xAt'>,
): void {
  context.fillStyle = colours.accent;
  for (const { startSeconds, endSeconds } of transitions) {
    const x = xAt(startSeconds);
    context.beginPath();
    context.roundRect(x, y + laneHeight - 6, Math.max(6, xAt(endSeconds) - x), 5, 2.5);
    context.fill();
  }
}

function drawDot(context: SKRSContext2D, x: number, y: number): void {
  context.fillStyle = colours.faint;
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fill();
}
