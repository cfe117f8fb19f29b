import { type Caption, storyboardFps as fps } from '../../../domain/storyboard.ts';
import type { CaptionDirection, Directions } from '../understand/directions.ts';
import type { Take } from './takes.ts';

/** The texts of a prompt as captions: when each is read, where it stands and how it is set. */
export function placeCaptions(options: {
  directions: Directions;
  takes: readonly Take[];
  spans: readonly { start: number; end: number }[];
  seconds: number;
  frame: { width: number; height: number };
}): Caption[] {
  const { directions, takes, spans, seconds, frame } = options;
  const { captions } = directions;
  // The closing mark is a picture of its own: nothing is written over it.
  const mark = takes.findLastIndex(({ framing }) => framing === 'mark');
  const closing = mark < 0 ? undefined : spans[mark]?.start;
  // Unless there would be no time left to read in.
  const last = closing === undefined || closing < leastSeconds * captions.length ? seconds : closing;
  return captions.map((caption, index): Caption => {
    const { start, end } = timeOf(caption, { index, count: captions.length, seconds: last });
    return {
      text: caption.text,
      style: styleOf(caption.text, { isLast: index === captions.length - 1, count: captions.length }),
      place: placeFor(takes, frame),
      family: directions.light === 'neon' || directions.pace === 'fast' ? 'sans' : familyOf(caption.text),
      motion: directions.pace === 'fast' ? 'track' : 'rise',
      startSeconds: onFrame(start),
      endSeconds: onFrame(end),
    };
  });
}

const leastSeconds = 1.2;
const lead = 0.35;
const gap = 0.2;

function timeOf(
  { at, text }: CaptionDirection,
  { index, count, seconds }: { index: number; count: number; seconds: number },
): { start: number; end: number } {
  const slot = seconds / count;
  const from = count === 1 ? lead : Math.max(lead, index * slot + gap);
  const to = count === 1 ? seconds : Math.min(seconds, (index + 1) * slot);
  if (at === 'whole' && count === 1) return { start: lead, end: seconds };
  const room = to - from;
  const length = Math.min(room, Math.max(readingSeconds(text), room * 0.75));
  if (at === 'end') return { start: to - length, end: to };
  if (at === 'middle') return { start: from + (room - length) / 2, end: from + (room + length) / 2 };
  return { start: from, end: from + length };
}

/** About fifteen letters, or seven ideographs, a second, and a moment to find the line. */
function readingSeconds(text: string): number {
  const wide = [...text].filter((letter) => /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/.test(letter)).length;
  return 1.1 + wide / 7 + ([...text].length - wide) / 15;
}

function styleOf(text: string, { isLast, count }: { isLast: boolean; count: number }): Caption['style'] {
  if (/^[^\p{L}]*(?:[€$£¥₹]|\b(?:kr|EUR|USD)\b)[^\p{L}]*$|^\d+[.,]?\d*\s*(?:€|kr|%)$/u.test(text))
    return 'price';
  if (isLast && count > 1) return isOffer(text) ? 'price' : 'tagline';
  return [...text].length <= 26 ? 'title' : 'caption';
}

/** A price or a discount with a few words is what the film is for, and no small print. */
const isOffer = (text: string) =>
  [...text].length <= 26 && /\d/.test(text) && /[€$£¥₹%٪]|\b(?:kr|EUR|USD|GBP|CHF|off)\b/iu.test(text);

/** Wide frames have room beside the subject, the others only below it. */
function placeFor(
  takes: readonly Take[],
  { width, height }: { width: number; height: number },
): Caption['place'] {
  if (takes.every(({ subject }) => subject.kind === 'still-life'))
    return width > height * 1.2 ? 'centre' : 'upper';
  const hasStand = takes.some(({ framing }) => framing === 'on-set');
  return hasStand && width > height * 1.2 ? 'lower_left' : 'lower_third';
}

/** Short lines in a serif look like a name; sentences are read more easily without. */
const familyOf = (text: string): Caption['family'] => ([...text].length <= 18 ? 'serif' : 'sans');

const onFrame = (seconds: number) => Math.round(seconds * fps) / fps;
