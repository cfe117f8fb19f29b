import { type Light, lightSides, type Warmth } from './meaning.ts';
import type { Hints, Phrase } from './phrase.ts';

const lighting = 'light|lights|lighting|illumination|lit|glow|shadow|shadows|exposure|ambience|atmosphere';
const look = 'mood|look|scene|setting|feel|tone|tones|style|vibe';
const tones =
  'light|lights|lighting|tone|tones|toned|colour|colours|color|colors|coloured|colored|palette|grade|grading|mood|look|glow|temperature|hue|hues|ambience|atmosphere|highlights|feel|feeling|shades';

const light = (means: Light, phrases: string[], hints?: Hints): Phrase => ({
  said: phrases,
  means: { topic: 'light', light: means, ...(hints === undefined ? {} : { hints }) },
});

const warmth = (means: Warmth, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'warmth', warmth: means },
});

/** Light. The first one named wins; what it hints at (a golden hour is warm) yields to plain words. */
export const lightPhrases: readonly Phrase[] = [
  light('soft', [
    `soft|softly|gentle|diffuse|diffused|even|natural|window|indirect|flattering|wraparound ..2 ${lighting}`,
    'light|lighting [is] soft|diffuse|diffused|gentle|even',
    'softbox|diffused|overcast',
    'soft box|focus',
  ]),
  light('bright', [
    `bright|brightly|brilliant|clear ..1 ${lighting}`,
    'bright [and] airy|clean|fresh|sunny|cheerful|$',
    `bright|sunny|airy !colour ..1 ${look}|morning|day|room|studio|background|backdrop|environment|space`,
    'daylight|sunlight|sunlit|sunny|sunshine|airy',
    'light and airy',
    'light|lighting bright',
    'well lit',
    'midday|noon sun|light',
  ]),
  light('dramatic', [
    'dramatic|dramatically|moody|spotlight|spotlit|backlit|backlight|silhouette|silhouetted',
    'spot light|lighting',
    `dark|darker|hard|harsh|directional|contrasty|stark ..1 ${lighting}|${look}|background|backdrop|studio|room|environment`,
    'dark $',
    'dark and moody|dramatic|mysterious|elegant',
    'rim|edge|back|side light|lighting|lit',
    'high|strong contrast',
    'deep shadows',
    'light|lighting [is] dramatic|hard|moody',
  ]),
  light(
    'golden_hour',
    [
      'golden|magic hour',
      'golden|honeyed ..1 light|lighting|glow|sun|sunlight|rays|sunshine',
      'sunset|sunrise|sundown|dusk|dawn',
      'late afternoon|evening sun|light|sunlight',
      'setting|low|evening sun',
    ],
    { warmth: 'warm' },
  ),
  light(
    'neon',
    [
      'neon|neons|cyberpunk|synthwave|vaporwave',
      'led strips|strip|light|lights|lighting',
      'nightclub|club light|lights|lighting',
    ],
    { set: 'night' },
  ),
  light('high_key', [
    'high key',
    'all|pure|bright|clean white [scene|set|studio|look]',
    'overexposed',
    'white on white',
  ]),
  light('low_key', [
    'low key',
    'noir|chiaroscuro|shadowy|underexposed',
    'low|dim|dimmed light|lighting|lit',
    'dimly lit',
    'candlelit|candlelight',
    'lit by candles|candle',
    'out of the dark|darkness|shadows',
    'in darkness|shadow',
    'black on black',
  ]),
  light(
    'moonlight',
    ['moonlight|moonlit|moonbeams', 'moon light|lighting|lit|glow', 'lit|light by|of the moon'],
    { warmth: 'cool', set: 'night' },
  ),
];

/** Where it comes from, as seen in the frame. */
export const lightFromPhrases: readonly Phrase[] = lightSides.map((side) => ({
  said: [
    `light|lights|lighting|lit|sun|sunlight|sunshine [comes|coming|falls|falling|shines|shining|streams|streaming] [in] from [the] ${side}`,
    `light|lights|lighting|sun|window ..1 on [the] ${side}`,
    `from [the] ${side} light|lighting`,
    `${side} side light|lighting`,
  ],
  means: { topic: 'light from', side },
}));

export const warmthPhrases: readonly Phrase[] = [
  warmth(
    'warm',
    'warm|warmth|warmly|warmer|cozy|cosy|sunset|autumnal|fiery',
    'candlelit|candlelight',
    `amber|golden|honey|orange|autumn|copper ..1 ${tones}`,
    'tungsten|firelight|fireside',
  ),
  warmth('neutral', `neutral ..1 ${tones}`, 'neutral white balance', 'true|accurate|natural colours|colors'),
  warmth(
    'cool',
    `cool|cooler|cold|chilly|icy|frosty|blue|wintry|winter|arctic|steel ..1 ${tones}`,
    'cool [and] clean|blue|calm|crisp|clinical',
    'cool|cold $',
    'icy|frosty|wintry|arctic|glacial',
    'blue hour',
    'ice|icy cold',
  ),
];
