import type { Phrase } from './phrase.ts';

/** What is hardly the product: "on a glass table" is a surface already, and wins as the longer phrase. */
const notProduct =
  '!wall|walls|window|windows|door|doors|shelf|shelves|house|building|facade|skyscraper|roof|skin|finish|effect|reflection|reflections';
const vessel =
  'glass|bottle|bottles|jar|jars|vial|vials|flask|flacon|vase|bowl|cup|tumbler|dome|lid|cap|walls|sides|base|body|case|plastic|acrylic';

/**
 * What the product is made of, where it can be seen through: a photo cannot tell clear glass from white china on white.
 * A jar alone may be china, so it needs company.
 */
export const glassPhrases: readonly Phrase[] = [
  {
    said: [
      `glass ${notProduct}`,
      'glassware|wineglass|decanter|carafe',
      'mason|bell jar',
      'crystal !clear',
      `clear|transparent|translucent ..1 ${vessel}`,
      'see through !background|backdrop',
      'seethrough',
      'transparent !background|backdrop|png|ground|and',
    ],
    means: { topic: 'glass', value: true },
  },
  {
    said: ['frosted|milk|milky|opal|opaque|satin|etched|painted glass', 'opaque'],
    means: { topic: 'glass', value: false },
  },
];
