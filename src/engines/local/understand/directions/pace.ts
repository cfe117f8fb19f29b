import type { Phrase } from './phrase.ts';

const notMotion =
  'light|lighting|glow|shadow|shadows|reflection|reflections|colour|color|gradient|grain|texture';

/** Speed words. The first rows belong to the nearest camera move in their clause, the last ones to the whole film. */
export const pacePhrases: readonly Phrase[] = [
  {
    said: [
      'slow !cooker|roasted|mornings',
      'slowly|slower|slowest|gently|gradual|gradually|subtly|leisurely|graceful|gracefully|unhurried|creeping',
      `gentle|subtle !${notMotion}`,
      'at [a] low speed',
    ],
    means: { topic: 'pace', pace: 'slow' },
  },
  {
    said: ['at|with [a] normal|medium|moderate|even|steady speed|pace'],
    means: { topic: 'pace', pace: 'normal' },
  },
  {
    said: [
      'fast !charging|charger|food|drying|absorbing',
      'faster|fastest|quick|quickly|rapid|rapidly|swift|swiftly|sudden|suddenly|briskly',
      'crash zoom',
      'at [a|full] high|full speed',
    ],
    means: { topic: 'pace', pace: 'fast' },
  },
  {
    said: [
      'slow motion|mo|paced|pace|pacing|tempo',
      'slowmo',
      'calm|calmly|calming|relaxed|relaxing|meditative|unhurried|contemplative !blue|water',
      'slow editing|edit|cuts|cutting',
      'long takes',
    ],
    means: { topic: 'film pace', pace: 'slow' },
  },
  {
    said: [
      'fast|quick|snappy|rapid paced|pace|pacing|tempo|cuts|cutting|edit|edits|editing|montage',
      'dynamic|dynamically|energetic|energetically|upbeat|punchy|lively|snappy|frenetic|frantic',
      'high energy',
      'action packed',
      'hyper speed',
    ],
    means: { topic: 'film pace', pace: 'fast' },
  },
];
