import { factsWords, setWords, soundWords } from '../../domain/describe-film.ts';
import { cameraWords, framingWords, subjectWords, transitionWords } from '../../domain/describe-shot.ts';
import type { Caption, Storyboard } from '../../domain/storyboard.ts';
import type { Style } from '../style.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

/** A storyboard for a person to read: its shots as a table, then everything else in a line each. */
export function printStoryboard(storyboard: Storyboard, style: Style): string[] {
  const { shots, transitions, set, captions, sound } = storyboard;
  const rows = shots.map((shot, index) => ({
    shot,
    number: index + 1,
    before: index === 0 ? '' : transitionWords(transitions.find(({ to }) => to === index)),
  }));
  type Row = (typeof rows)[number];
  const columns = [
    { head: 'SHOT', align: 'right', cell: ({ number }: Row) => String(number) },
    { head: 'SECONDS', cell: ({ shot }: Row) => span(shot) },
    { head: 'SHOWS', cell: ({ shot }: Row) => subjectWords(shot) },
    { head: 'FRAMED', cell: ({ shot }: Row) => framingWords[shot.framing] },
    { head: 'CAMERA', cell: ({ shot }: Row) => cameraWords(shot.camera) },
    { head: 'COMES BY', cell: ({ before }: Row) => before },
  ] as const;
  return [
    ...table(rows, columns, style),
    '',
    ...fact('film', [factsWords(storyboard)], style),
    ...fact('set', [`${setWords(set)}; wall ${set.wall}, accent ${set.accent}`], style),
    ...fact('captions', captions.map(captionWords), style),
    ...fact(
      'sound',
      sound.length === 0 ? ['none'] : sound.map((cue) => `${cueSpan(cue)}  ${soundWords(cue)}`),
      style,
    ),
  ];
}

/** A name before its first line, the others below. */
function fact(name: string, lines: readonly string[], { faint }: Style): string[] {
  return lines.map((line, index) => `${faint((index === 0 ? name : '').padEnd(nameWidth))}${line}`);
}

const nameWidth = 'captions'.length + 2;

const seconds = (value: number) => value.toFixed(2).padStart(5);

const span = ({ startSeconds, endSeconds }: { startSeconds: number; endSeconds: number }) =>
  `${seconds(startSeconds)} – ${seconds(endSeconds)}`;

const cueSpan = (cue: Storyboard['sound'][number]) =>
  'endSeconds' in cue
    ? span(cue)
    : seconds(cue.startSeconds).padEnd(span({ startSeconds: 0, endSeconds: 0 }).length);

const captionWords = (caption: Caption) =>
  `${span(caption)}  "${oneLine(caption.text)}" (${caption.style}, ${caption.place.replace('_', ' ')})`;
