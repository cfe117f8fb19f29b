import type { Surface } from './meaning.ts';
import type { Phrase } from './phrase.ts';

const on = 'on|onto|over|atop|upon|across|against';
const furniture =
  'surface|surfaces|table|tabletop|countertop|counter|worktop|slab|floor|ground|plinth|pedestal|podium|platform|backdrop|background';
const notSet = '!background|backdrop|wall|studio|set|tone|tones|coloured|colored|colour|color|paper|gradient';

const said = (surface: Surface, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'surface', surface },
});

const material = (words: string) => [
  `${on} ..3 ${words} ${notSet}`,
  `${words} ..1 ${furniture}`,
  `slab|block|piece|sheet|bed|plinth|floor|table|surface of ..2 ${words}`,
];

/** What the product stands on. A material counts only as a ground ("on marble", "marble table"), not as a name. */
export const surfacePhrases: readonly Phrase[] = [
  said(
    'seamless',
    `clean|plain|seamless|simple|empty|uncluttered|bare|smooth|neutral|minimal|minimalist|solid ..2 ${furniture}|paper|cove`,
    'seamless !transition|transitions|loop|cut|cuts',
    'infinity cove|curve|wall',
    'cyclorama|cyc',
    'paper sweep|roll|backdrop',
  ),
  said('marble', ...material('marble|carrara|onyx')),
  said('wood', ...material('wood|wooden|oak|walnut|pine|timber|teak|bamboo|driftwood|plywood|birch')),
  said(
    'water',
    `${on}|above [a|the] [still|calm|rippling|dark|shallow|clear|blue|black] water $`,
    `${on}|above [a|the] still|calm|rippling|dark|shallow|clear|open water`,
    'on|in the water !bottle',
    'water surface|reflection|reflections|ripples',
    'surface|pool|puddle|sheet|film of ..1 water',
    'rippling|still|calm|shallow water',
    'wet surface|floor|ground|asphalt',
  ),
  said(
    'stone',
    ...material('stone|slate|granite|concrete|travertine|terrazzo|basalt|limestone|sandstone|rock|cement'),
    `${on} ..2 rocks|stones|pebbles`,
  ),
  said(
    'glossy',
    `glossy|gloss|polished|reflective|mirrored|mirror|lacquered|shiny|acrylic|glass|metallic|wet ..1 ${furniture}`,
    `on|atop|upon ..2 mirror|glass|acrylic|plexiglass|chrome`,
    'mirror|glossy|floor reflection|reflections',
    'reflected|reflection|reflections in|on the floor|ground|surface',
  ),
  said(
    'fabric',
    ...material('linen|silk|velvet|satin|fabric|cloth|cotton|textile|wool|suede|leather'),
    'draped|folded fabric|silk|cloth|satin|linen|velvet',
  ),
  said(
    'sand',
    `${on}|in ..2 sand ${notSet}`,
    'sandy ground|floor|surface|beach',
    'sand dune|dunes|ripples|surface',
    'rippled|raked|wet|fine sand',
  ),
];
