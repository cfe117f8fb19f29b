import type { TransitionKind } from './meaning.ts';
import type { Phrase } from './phrase.ts';

const said = (transition: TransitionKind, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'transition', transition },
});

/** How one shot becomes the next. "Cut" alone may be glass or a suit, so it needs company. */
export const transitionPhrases: readonly Phrase[] = [
  said(
    'cut',
    'hard|jump|quick|fast|straight|sharp|rapid|smash|clean|snappy|beat|simple cut|cuts',
    'cut|cuts|cutting to|between|from|back|on|in|with',
    'cuts',
    'straight|hard cutting',
  ),
  said(
    'dissolve',
    'dissolve~ [into|to|between|from] !water',
    'crossfade~|crossdissolve',
    'cross fade|fades|fading|dissolve|dissolves|dissolving',
    'fade|fades|fading|blend~|melt~ into|between|to|from|over',
    'soft|smooth|gentle|dreamy transition|transitions|fade|fades',
    'fade transition|transitions',
  ),
  said(
    'whip',
    'whip [pan] transition|transitions|cut|cuts',
    'whip pan|pans between|into',
    'whip~ between|into',
    'whip~ [pan] to @image|@video',
    'swish pan|pans',
  ),
  said(
    'match',
    'match|matched|matching cut|cuts|cutting|move|dissolve|dissolves|transition|transitions',
    'match on action|shape|form',
    'graphic match',
    'seamless|invisible transition|transitions|cut|cuts',
    'morph~ [into|between|from]',
  ),
  said(
    'wipe',
    'wipe|wipes transition|transitions',
    'wipe~ to|between|across|from|into|away|over',
    'edge|product|clock|linear|swipe wipe|wipes',
    'swipe transition|transitions',
  ),
];
