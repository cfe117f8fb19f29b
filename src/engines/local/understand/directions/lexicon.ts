import { actionPhrases } from './action.ts';
import { cameraPhrases } from './camera.ts';
import { glassPhrases } from './glass.ts';
import { lightFromPhrases, lightPhrases, warmthPhrases } from './light.ts';
import { moodPhrases } from './mood.ts';
import { otherLanguagePhrases } from './other-languages.ts';
import { pacePhrases } from './pace.ts';
import type { Phrase } from './phrase.ts';
import { propPhrases, setPhrases } from './set.ts';
import { surfacePhrases } from './surface.ts';
import { tagPhrases } from './tags.ts';
import { transitionPhrases } from './transitions.ts';
import { unsupportedPhrases } from './unsupported.ts';

/** Every phrase of the grammar, by the heading it has in docs/prompt-grammar.md. */
export const lexicon = {
  Camera: cameraPhrases,
  Pace: pacePhrases,
  Subject: actionPhrases,
  Light: lightPhrases,
  'Where the light comes from': lightFromPhrases,
  Warmth: warmthPhrases,
  Surface: surfacePhrases,
  Set: setPhrases,
  'Plinth, depth of field and light sweep': propPhrases,
  Glass: glassPhrases,
  Transitions: transitionPhrases,
  Mood: moodPhrases,
  References: tagPhrases,
  'Known, but beyond this renderer': unsupportedPhrases,
  'German, French and Spanish': otherLanguagePhrases,
} as const satisfies Record<string, readonly Phrase[]>;
