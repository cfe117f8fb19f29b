import type { Light } from '../../../domain/storyboard.ts';
import type { Directions } from '../understand/directions.ts';
import { chromaOf, type Oklab, oklabOfHex } from '../understand/oklab.ts';
import type { Swatch } from '../understand/palette.ts';

export interface SetColours {
  wall: Oklab;
  accent: Oklab;
}

/**
 * The colours of a set: as the prompt names them, else taken from the style references, else made to suit the
 * product, and always far enough from the product that it stands out. `random` chooses among those that do equally well.
 */
export function chooseSetColours(options: {
  styles: readonly (readonly Swatch[])[];
  products: readonly Swatch[];
  directions: Directions;
  random: () => number;
}): SetColours {
  const { styles, products, directions, random } = options;
  const named = directions.colour === undefined ? undefined : oklabOfHex(directions.colour);
  const wall = named ?? apart(lit(bestOf(options), directions), products);
  return { wall, accent: accentFor({ wall, styles, random }) };
}

function bestOf({ styles, products, directions, random }: Parameters<typeof chooseSetColours>[0]): Oklab {
  const candidates = styles.length > 0 ? fromStyles(styles) : suitedTo(products, directions);
  const scored = candidates
    .map(({ colour, share }) => ({ colour, score: Math.sqrt(share) * standingOut(colour, products) }))
    .sort((one, other) => other.score - one.score);
  const best = scored[0]?.score ?? 0;
  const good = scored.filter(({ score }) => score >= best * 0.85);
  return good[Math.floor(random() * good.length)]?.colour ?? { L: 0.82, a: 0.006, b: 0.018 };
}

/** The wall itself if a drawn mark can be read on it, else the same hue made pale or deep. */
export function wallForMark(wall: Oklab, mark: readonly Swatch[]): Oklab {
  if (standingOut(wall, mark) >= 0.7 && lighterBy(wall, mark) >= 0.25) return wall;
  const pale = { L: 0.93, a: wall.a * 0.3, b: wall.b * 0.3 + 0.008 };
  const deep = { L: 0.27, a: wall.a * 0.6, b: wall.b * 0.6 };
  return standingOut(pale, mark) >= standingOut(deep, mark) ? pale : deep;
}

/** How far a mark's lightness is from that of the wall, over all its parts: thin letters are read by it, not by hue. */
function lighterBy(wall: Oklab, mark: readonly Swatch[]): number {
  const counted = mark.reduce((sum, { share }) => sum + share, 0);
  if (counted === 0) return 1;
  return mark.reduce((sum, { colour, share }) => sum + share * Math.abs(colour.L - wall.L), 0) / counted;
}

/** How well something of the colours `products` is seen before `wall`, 0 to 1. */
export function standingOut(wall: Oklab, products: readonly Swatch[]): number {
  if (products.length === 0) return 1;
  let seen = 0;
  let counted = 0;
  let worst = 1;
  for (const { colour, share } of products) {
    const dL = (wall.L - colour.L) * 1.3;
    const away = Math.min(1, Math.hypot(dL, wall.a - colour.a, wall.b - colour.b) / 0.3);
    seen += share * away;
    counted += share;
    // A main part that melts into the wall spoils the outline, however well the rest stands out.
    if (share > 0.05) worst = Math.min(worst, away);
  }
  return 0.55 * (seen / counted) + 0.45 * worst;
}

function fromStyles(styles: readonly (readonly Swatch[])[]): Swatch[] {
  return styles
    .flatMap((palette) => palette.filter(({ share }) => share > 0.08))
    .filter(({ colour }) => colour.L > 0.25 && colour.L < 0.97);
}

const isDark = (light: Light | undefined) =>
  light === 'dramatic' || light === 'low_key' || light === 'neon' || light === 'moonlight';

/** Quiet studio colours, and a muted one from across the colour wheel of the product. */
function suitedTo(products: readonly Swatch[], { light, warmth }: Directions): Swatch[] {
  const strongest = products.toSorted((one, other) => weight(other) - weight(one))[0]?.colour;
  const quiet: Oklab[] = isDark(light)
    ? [
        { L: 0.34, a: 0.004, b: 0.012 },
        { L: 0.36, a: -0.012, b: -0.026 },
        { L: 0.33, a: 0.014, b: -0.018 },
      ]
    : [
        { L: 0.86, a: 0.008, b: 0.034 },
        { L: 0.83, a: -0.008, b: -0.012 },
        { L: 0.8, a: 0.028, b: 0.03 },
        { L: 0.82, a: -0.022, b: 0.018 },
      ];
  const tone = warmth === 'warm' ? [quiet[0], quiet[2]] : warmth === 'cool' ? [quiet[1]] : quiet;
  const across =
    strongest === undefined || chromaOf(strongest) < 0.04
      ? []
      : [{ L: isDark(light) ? 0.38 : 0.78, a: -strongest.a * 0.45, b: -strongest.b * 0.45 }];
  return [...tone, ...across].flatMap((colour) => (colour === undefined ? [] : [{ colour, share: 0.5 }]));
}

const weight = ({ colour, share }: Swatch) => chromaOf(colour) * Math.sqrt(share);

/** How much lighter each light makes a wall. */
const lightening: Record<Light, number> = {
  soft: 0,
  bright: 0.05,
  dramatic: -0.1,
  golden_hour: -0.02,
  neon: -0.16,
  high_key: 0.1,
  low_key: -0.2,
  moonlight: -0.12,
};

function lit(colour: Oklab, { light = 'soft', warmth }: Directions): Oklab {
  const warm = warmth === 'warm' || light === 'golden_hour';
  const cool = warmth === 'cool' || light === 'moonlight';
  const b = colour.b + (warm ? 0.014 : cool ? -0.016 : 0);
  const a = colour.a + (warm ? 0.007 : 0);
  const muted = Math.min(1, 0.125 / Math.max(0.001, Math.hypot(a, b)));
  const L = Math.min(0.95, Math.max(0.2, colour.L + lightening[light]));
  return { L, a: a * muted, b: b * muted };
}

/** Moves the wall's lightness away from that of the product until the two are told apart. */
function apart(wall: Oklab, products: readonly Swatch[]): Oklab {
  const enough = 0.5;
  let best = wall;
  for (let step = 0; step <= 10; step++)
    for (const sign of [1, -1]) {
      const moved = { ...wall, L: Math.min(0.93, Math.max(0.2, wall.L + sign * step * 0.025)) };
      if (standingOut(moved, products) >= enough) return moved;
      if (standingOut(moved, products) > standingOut(best, products)) best = moved;
    }
  return best;
}

/** A second colour that belongs to the first: the style's own most different one, else a neighbour in hue. */
function accentFor(options: {
  wall: Oklab;
  styles: readonly (readonly Swatch[])[];
  random: () => number;
}): Oklab {
  const { wall, styles, random } = options;
  const away = ({ L, a, b }: Oklab) => Math.hypot((L - wall.L) * 0.7, a - wall.a, b - wall.b);
  const own = fromStyles(styles).toSorted((one, other) => away(other.colour) - away(one.colour))[0]?.colour;
  if (own !== undefined && away(own) > 0.08) return own;
  const chroma = Math.max(0.06, chromaOf(wall) * 1.4);
  const hue = Math.atan2(wall.b, wall.a) + (random() < 0.5 ? -1 : 1) * (0.5 + random() * 0.5);
  const L = wall.L > 0.6 ? wall.L - 0.16 : wall.L + 0.2;
  return { L, a: Math.cos(hue) * chroma, b: Math.sin(hue) * chroma };
}
