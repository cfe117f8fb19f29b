import type { Hints, Phrase } from './phrase.ts';

const hints = (chosen: Hints, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'mood', hints: chosen },
});

/** Words that name a feeling, not a setting: they choose what the rest of the prompt leaves open. */
export const moodPhrases: readonly Phrase[] = [
  hints({ light: 'soft' }, 'studio light|lights|lighting|lit'),
  hints(
    { light: 'low_key', surface: 'glossy', pace: 'slow' },
    'luxury|luxurious|premium|opulent|exclusive|sophisticated',
    'high|upper end',
  ),
  hints({ light: 'soft', pace: 'slow' }, 'elegant|elegance|refined|timeless|delicate'),
  hints({ light: 'dramatic', dof: true }, 'cinematic|filmic'),
  hints({ light: 'dramatic' }, 'epic|powerful|intense'),
  hints({ light: 'high_key' }, 'pastel|pastels|clinical|sterile'),
  hints(
    { surface: 'seamless', set: 'studio' },
    'minimal|minimalist|minimalistic|minimalism',
    'product shot|photography|film',
  ),
  hints({ light: 'bright', pace: 'fast' }, 'playful|fun|cheerful|joyful|vibrant|lively|youthful'),
  hints(
    { light: 'bright' },
    'fresh|refreshing|summery|springtime',
    'summer|spring mood|feel|feeling|vibe|vibes|day|morning|light',
  ),
  hints({ light: 'soft', pace: 'slow' }, 'serene|peaceful|tranquil|zen|soothing|spa'),
  hints({ light: 'soft', dof: true }, 'dreamy|ethereal|romantic|poetic'),
  hints(
    { warmth: 'warm' },
    'vintage|retro|nostalgic|festive|homely|hygge',
    'christmas|holiday mood|feel|scene|season',
  ),
  hints({ warmth: 'warm', surface: 'wood' }, 'rustic'),
  hints({ light: 'low_key' }, 'mysterious|mystery|gothic|brooding|sinister'),
  hints(
    { light: 'dramatic', surface: 'glossy', warmth: 'cool' },
    'futuristic|futurism',
    'high tech',
    'sci fi',
  ),
  hints({ set: 'room' }, 'lifestyle', 'everyday scene|setting'),
  hints({ move: 'push_in', dof: true }, 'close up|ups', 'closeup|macro', 'detail shot|shots'),
  hints(
    { move: 'pull_out' },
    'product|slow|dramatic|grand|big reveal',
    'reveal shot',
    'reveals|revealing the|a',
  ),
];
