import type { Meaning, Phrase } from './phrase.ts';

const said = (means: Meaning, ...phrases: string[]): Phrase => ({ said: phrases, means });

/** English first; these are the most usual words in German, French and Spanish, and no more. */
export const otherLanguagePhrases: readonly Phrase[] = [
  said(
    { topic: 'action', action: 'rotates' },
    'dreht|drehen sich',
    'rotiert|rotieren',
    'tourne|pivote',
    'gira|giran|girando',
  ),
  said(
    { topic: 'action', action: 'floats' },
    'schwebt|schweben|schwebend',
    'flotte|lévite',
    'flota|levita|flotando',
  ),
  said(
    { topic: 'move', move: 'orbit_right' },
    'kamera umkreist|kreist',
    'kamerafahrt um',
    'caméra ..2 autour',
    'cámara ..2 alrededor',
  ),
  said(
    { topic: 'move', move: 'push_in' },
    'kamera ..2 näher',
    'heranfahren',
    'travelling avant',
    'acercamiento',
  ),
  said({ topic: 'move', move: 'pull_out' }, 'herausfahren|zurückfahren', 'travelling arrière', 'alejamiento'),
  said({ topic: 'move', move: 'zoom_in' }, 'heranzoomen|reinzoomen', 'zoomt ..2 heran|hinein', 'zoom avant'),
  said({ topic: 'move', move: 'zoom_out' }, 'herauszoomen|rauszoomen', 'zoom arrière'),
  said(
    { topic: 'move', move: 'pan_left' },
    'schwenk nach links',
    'panoramique ..1 gauche',
    'paneo ..2 izquierda',
  ),
  said(
    { topic: 'move', move: 'pan_right' },
    'schwenk nach rechts',
    'panoramique ..1 droite',
    'paneo ..2 derecha',
  ),
  said(
    { topic: 'move', move: 'static' },
    'statisch|statische',
    'keine|ohne kamerabewegung',
    'plan fixe',
    'caméra fixe',
    'cámara fija',
  ),
  said(
    { topic: 'pace', pace: 'slow' },
    'langsam|langsame|langsamer|sanft',
    'lentement|lent|lente|doucement',
    'lentamente|lento|despacio|suavemente',
  ),
  said(
    { topic: 'pace', pace: 'fast' },
    'schnell|schnelle|schneller|rasch',
    'rapidement|vite',
    'rápido|rápidamente',
  ),
  said(
    { topic: 'light', light: 'soft' },
    'weiches|sanftes licht',
    'weichem|sanftem licht',
    'lumière douce',
    'luz suave',
  ),
  said(
    { topic: 'light', light: 'dramatic' },
    'dramatisches|dramatischem licht',
    'lumière dramatique',
    'luz dramática',
  ),
  said(
    { topic: 'light', light: 'golden_hour', hints: { warmth: 'warm' } },
    'goldene|goldenen stunde',
    'sonnenuntergang',
    'heure dorée',
    'coucher de soleil',
    'hora dorada',
    'atardecer',
  ),
  said(
    { topic: 'warmth', warmth: 'warm' },
    'warmes|warme|warmem',
    'chaude|chaleureuse|chaleureux',
    'cálida|cálido|cálidos',
  ),
  said({ topic: 'warmth', warmth: 'cool' }, 'kühles|kühle|kühlem', 'froide|froid', 'fría|frío|fríos'),
  said({ topic: 'glass', value: true }, 'glas|glasflasche|glasflakon', 'en|de verre', 'de vidrio|cristal'),
  said({ topic: 'surface', surface: 'marble' }, 'auf ..2 marmor', 'sur ..2 marbre', 'sobre ..2 mármol'),
  said({ topic: 'surface', surface: 'wood' }, 'auf ..2 holz|holztisch', 'sur ..3 bois', 'sobre ..2 madera'),
];
