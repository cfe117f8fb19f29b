import type { SubjectAction } from './meaning.ts';
import type { Phrase } from './phrase.ts';

const said = (action: SubjectAction, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'action', action },
});

/** What the subject does. A phrase that names the camera is longer than these and wins over them. */
export const actionPhrases: readonly Phrase[] = [
  said(
    'rotates',
    'rotate~|rotation|rotations|spin~|spun|revolve~|twirl~|swivel~|pirouette~|turntable',
    'rotate~|spin~|revolve~ around its|their',
    'turn~ [all] around|round|slowly|gently|quickly',
    'turns|turning on|about its',
    'turn|turning|spin|spinning ..3 around|round',
    '360 [degree|degrees] [rotation|spin|turn|view|turntable]',
    'from all sides|angles',
    'from every side|angle',
  ),
  said(
    'floats',
    'float~|levitate~|levitation|hover~|weightless|weightlessly',
    'suspended [in] [mid] [air]',
    'in mid air',
    'defying|defies gravity',
    'zero gravity',
  ),
  said(
    'drops_in',
    'drop~ in|into|onto|down|from',
    'fall~|fell in|into|onto|down|from',
    'land~ on|onto|in|softly|gently|$',
    'lowered onto|into|on',
    'drops|falls $',
    'bounce~ in|into',
  ),
  said(
    'rises',
    'rise|rises|rising|ascend~|emerge~ [up]',
    'lift~ off|up',
    'grow~|come|comes|coming up out|from',
  ),
  said(
    'stands',
    'stand~ on|in|at|still|against|tall|upright|beside|before',
    'stood on|in|at|against|beside',
    'sit|sits|sitting|sat on|in|at|still|atop|upon|against',
    'rest~ on|upon|atop|against',
    'lie|lies|lying on|upon',
    'stay~|remain~|keep~ still|in place',
    'displayed|placed|set|positioned|presented on|upon|atop',
  ),
];
