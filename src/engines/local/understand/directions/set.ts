import type { SetStyle } from './meaning.ts';
import type { Hints, Phrase } from './phrase.ts';

const place = 'in|at|on|inside|from|against|through|beside|near|by';
const said = (set: SetStyle, phrases: string[], hints?: Hints): Phrase => ({
  said: phrases,
  means: { topic: 'set', set, ...(hints === undefined ? {} : { hints }) },
});

/** Where it happens. Most places need a preposition, since "kitchen knife" and "garden chair" are names. */
export const setPhrases: readonly Phrase[] = [
  said('studio', ['studio|photostudio !apartment|flat|monitor|headphones', 'photo studio', 'packshot']),
  said('gradient', ['gradient|gradients|ombre|ombré', 'colour|color|tonal fade background|backdrop']),
  said('outdoors', [
    'outdoors|outside|alfresco|foliage|greenery|woodland|countryside',
    'outdoor scene|setting|light|lighting|background|backdrop|shot|look|location|environment|bokeh',
    'in|through|of nature',
    `${place} ..3 forest|garden|meadow|park|mountains|mountain|desert|jungle|woods|street|terrace|lake|lakeside|sea|seaside|ocean|balcony|field|riverbank|trail|sky`,
    'open air|sky',
    'mountains|mountain|hills|trees|forest|leaves|plants|sea|ocean|garden|meadow|street in|behind the|it background|$',
    'natural environment|setting|surroundings|background',
    'leafy|green background|backdrop|bokeh|surroundings',
  ]),
  said('outdoors', [`${place} ..3 beach|dunes|shore`, 'beach scene|setting|background|backdrop'], {
    surface: 'sand',
  }),
  said('night', [
    'at night',
    'by night',
    'night scene|sky|city|street|time|shot|setting|background|skyline|backdrop',
    'nighttime|nightscape|nocturnal|starry',
    'after dark',
    'city lights|skyline|nightlife',
    'midnight !blue',
    'starlit|starlight',
    'tonight',
  ]),
  said('room', [
    'indoors|interior|livingroom|windowsill',
    'living|dining room',
    'indoor scene|setting|background|environment|shot',
    `${place} ..3 kitchen|bedroom|bathroom|cafe|café|office|home|room|loft|apartment|workshop|hallway|library`,
    `${place} ..2 window|fireplace|sill`,
    'kitchen|bathroom|bedroom|office counter|scene|setting|background|interior',
    'home setting|environment|scene|interior',
  ]),
];

const yes = (topic: 'plinth' | 'dof' | 'sweep', ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic, value: true },
});

/** Things that are there or not; where the prompt negates one, it is kept away. */
export const propPhrases: readonly Phrase[] = [
  yes(
    'plinth',
    'plinth|plinths|podium',
    'pedestal|pedestals !up|down|upward|downward|fan',
    'display block|stand|riser',
    'on ..2 pillar|column|cylinder|cube|riser',
  ),
  yes(
    'dof',
    'shallow|narrow|thin|low depth [of] [field]',
    'shallow dof|focus',
    'bokeh',
    'blurred|blurry|defocused|unfocused|soft ..1 background|backdrop|foreground|surroundings',
    'background|backdrop [is] [softly] blurred|blurry|defocused|unfocused',
    'out of focus [background|backdrop|foreground|lights]',
    'soft focus background',
    'rack focus',
    'selective focus',
  ),
  {
    said: [
      'deep focus',
      'deep|large|wide|infinite depth of field',
      'everything|all in [sharp] focus',
      'sharp from front to back',
    ],
    means: { topic: 'dof', value: false },
  },
  yes(
    'sweep',
    'light|lights|glint|gleam|shimmer|highlight|highlights|sheen ..1 sweep~|pass~|glide~|glides|travel~|move~|run~|runs|slide~ [across|over|along]',
    'light sweep|sweeps|streak|streaks|glide',
    'light|lights rays|ray|beam|beams|streak ..1 sweep~|pass~|move~|glide~ [across|over]',
    'sweep|sweeps|sweeping|beam of light [sweeps|sweeping|passes|passing]',
    'sweeping|passing|moving light|lights|highlight|highlights|reflection|reflections',
    'glint|glints|glinting|gleam|gleams|gleaming|shimmer|shimmers|shimmering|sparkle|sparkles',
    'lens|specular sweep|glint',
  ),
];
