import { chromaOf, distance, oklabOfRgb } from '../understand/oklab.ts';
import { contrastOf, hexOfRgb, mixed, type Rgb, rgbOfHex } from './contrast.ts';
import type { Ground } from './ground.ts';

export interface CaptionColours {
  /** Of the letters, `#rrggbb`. */
  colour: string;
  /** Laid over the picture below the letters; absent where they can be read without. */
  shade?: Shade;
}

export interface Shade {
  /** `#rrggbb` */
  colour: string;
  /** 0 to 1. */
  opacity: number;
}

/** WCAG asks 4.5; what is above it pays for rounding and for what video compression does to edges. */
const enough = 4.7;

/** This much of the ground is allowed to be ignored: single bright pixels of noise. */
const ignoredShare = 0.004;

/**
 * Light or dark letters, whichever can be read with less change to the picture, in a colour of the brand (`#rrggbb`)
 * where it has one that serves as well. `ground` is what lies behind the letters, `around` what the whole shade would
 * lie on (`shadeRegion`).
 */
export function captionColours(
  ground: Ground,
  { brandPalette = [], around = ground }: { brandPalette?: readonly string[]; around?: Ground } = {},
): CaptionColours {
  const brand = brandPalette.map(rgbOfHex);
  const light = best(ground, { inks: [paper, ...brand.filter(isPale)], shade: deepOf(brand) });
  const dark = best(ground, { inks: [ink, ...brand.filter(isDeep)], shade: paper });
  const { colour, shade, opacity } =
    changeBy(light, around) <= changeBy(dark, around) + preferenceForLight ? light : dark;
  if (opacity === 0) return { colour: hexOfRgb(colour) };
  return { colour: hexOfRgb(colour), shade: { colour: hexOfRgb(shade), opacity } };
}

const paper: Rgb = [252, 251, 248];
const ink: Rgb = [20, 20, 22];
const night: Rgb = [10, 11, 13];

/** As a mean change of colour in Oklab. */
const preferenceForLight = 0.03;
/** A brand's colour may cost this much more shade than plain ink. */
const preferenceForBrand = 0.06;

const lightness = ([red, green, blue]: Rgb) =>
  oklabOfRgb(Math.round(red), Math.round(green), Math.round(blue));
const isPale = (colour: Rgb) => lightness(colour).L > 0.93 && chromaOf(lightness(colour)) < 0.06;
const isDeep = (colour: Rgb) => lightness(colour).L < 0.36;

/** The shade takes a breath of the brand's deepest colour. */
function deepOf(brand: readonly Rgb[]): Rgb {
  const deepest = brand.filter(isDeep).toSorted((one, other) => lightness(one).L - lightness(other).L)[0];
  return deepest === undefined ? night : mixed(night, deepest, 0.35);
}

interface Choice {
  colour: Rgb;
  shade: Rgb;
  opacity: number;
}

/** How much the shade changes the ground on the whole: white over white is no change, and fog hurts more than dusk. */
function changeBy({ shade, opacity }: Choice, ground: Ground): number {
  const target = lightness(shade);
  const weight = target.L > 0.5 ? fog : 1;
  const away = (colour: Rgb) => distance(lightness(colour), target);
  return weight * opacity * ground.reduce((sum, { colour, share }) => sum + share * away(colour), 0);
}

const fog = 1.4;

function best(ground: Ground, { inks, shade }: { inks: readonly Rgb[]; shade: Rgb }): Choice {
  const choices = inks.map((colour) => ({ colour, shade, opacity: opacityFor(ground, colour, shade) }));
  const [plain, ...branded] = choices;
  if (plain === undefined) throw new Error('There is no colour to choose from.');
  const served = branded.filter(({ opacity }) => opacity <= plain.opacity + preferenceForBrand);
  return served.toSorted((one, other) => one.opacity - other.opacity)[0] ?? plain;
}

/** The least opacity of the shade at which the letters are read on nearly all of the ground. */
function opacityFor(ground: Ground, colour: Rgb, shade: Rgb): number {
  const needed = ground
    .map(({ colour: below, share }) => ({ opacity: opacityOn(below, colour, shade), share }))
    .toSorted((one, other) => other.opacity - one.opacity);
  let ignored = 0;
  for (const { opacity, share } of needed) {
    ignored += share;
    if (ignored > ignoredShare) return opacity;
  }
  return 0;
}

function opacityOn(below: Rgb, colour: Rgb, shade: Rgb): number {
  for (let step = 0; step < 100; step++)
    if (contrastOf(colour, mixed(below, shade, step / 100)) >= enough) return step / 100;
  return 1;
}
