import type { Box, Caption, CaptionPlace, Frame } from './caption.ts';
import { chooseFaces } from './choose-faces.ts';
import { cleanText, inCapitals } from './clean-text.ts';
import { fitLines } from './fit-lines.ts';
import { type CaptionLine, placeLines } from './place-lines.ts';
import { scriptTraits } from './script-traits.ts';
import type { TypeSetting } from './type-canvas.ts';
import { typeStyle } from './type-styles.ts';

/** A caption as it will stand in the frame. Plain data, the same on every machine. */
export interface CaptionLayout {
  fits: true;
  frame: Frame;
  place: CaptionPlace;
  setting: TypeSetting;
  /** Letters stand apart, so they may be moved one by one. */
  spaced: boolean;
  lines: CaptionLine[];
  /** Around all lines. */
  box: Box;
  /** What was left out or forced, as sentences. */
  notes: string[];
}

export interface CaptionRefusal {
  fits: false;
  reason: string;
}

const longest = 240;

/**
 * Sets a caption inside the safe area of the frame: balanced lines, as large as its style where it fits, smaller
 * down to the style's floor where not. What fits even there on no account is refused with a reason.
 */
export function layOut(caption: Caption, frame: Frame): CaptionLayout | CaptionRefusal {
  const typed = cleanText(caption.text);
  if (typed === '') return refusal('The text is empty.');
  if (typed.length > longest) return refusal(`The text is longer than ${longest} characters.`);
  const style = typeStyle(caption, scriptTraits(typed).cased);
  const { text, faces, dropped } = chooseFaces(style.capitals ? inCapitals(typed) : typed, caption.family);
  const drawn = cleanText(text);
  if (!/[^\s\p{Default_Ignorable_Code_Point}]/u.test(drawn))
    return refusal('No font here has these characters.');
  const traits = scriptTraits(drawn);
  const fit = fitLines(drawn, { caption, frame, style, traits, faces });
  if (fit === undefined) return refusal('The text does not fit the safe area at a size that can be read.');
  const { lines, setting, leadingPx, broken } = fit;
  const placed = placeLines(lines, { caption, frame, setting, leadingPx });
  if (placed === undefined) return refusal('The text is taller than the safe area.');
  const notes =
    dropped.length === 0 ? [] : [`No font here has ${[...new Set(dropped)].join(' ')}: left out.`];
  if (broken) notes.push('A word is wider than the safe area: broken without a hyphen.');
  return {
    fits: true,
    frame,
    place: caption.place,
    setting,
    spaced: traits.spaced,
    ...placed,
    notes,
  };
}

const refusal = (reason: string): CaptionRefusal => ({ fits: false, reason });
