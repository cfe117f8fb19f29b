import { GlobalFonts } from '@napi-rs/canvas';
import type { FontFamily } from './caption.ts';
import { readCoverage } from './font-coverage.ts';
import { type FontSubset, fontPath, packagesFor, subsetsOf } from './font-packages.ts';
import { hanStyleOf } from './han-style.ts';

export interface ChosenFaces {
  /** The text without what no font of ours has a glyph for. */
  text: string;
  /** The font files it is set from, in the order they are asked; the same names on every machine. */
  faces: string[];
  /** What was left out, as typed. */
  dropped: string[];
}

/**
 * Finds the font files that together have every character of `text`. A character that none has is taken out, since
 * the canvas would otherwise draw it with whatever font this machine happens to have.
 */
export function chooseFaces(text: string, family: FontFamily): ChosenFaces {
  const missing = new Set(codePointsOf(text));
  const faces: string[] = [];
  for (const name of packagesFor(family, hanStyleOf(text))) {
    if (missing.size === 0) break;
    for (const subset of subsetsOf(name)) if (takeFrom(subset, missing)) faces.push(subset.specifier);
  }
  const { kept, dropped } = withoutMissing(text, missing);
  return { text: kept, faces, dropped };
}

/** Makes the faces known to the canvas and answers with the family list to set them by. */
export function fontFamilyOf(faces: readonly string[]): string {
  return faces.map((specifier) => `"${registered(specifier)}"`).join(', ');
}

/** The canvas library keeps one table of fonts a process, so what it knows of is kept once as well. */
const names = new Map<string, string>();
const coverages = new Map<string, ReadonlySet<number>>();

function registered(specifier: string): string {
  const known = names.get(specifier);
  if (known !== undefined) return known;
  const name = `kinora ${specifier.slice(specifier.lastIndexOf('/') + 1, -'.woff2'.length)}`;
  const path = fontPath(specifier);
  if (GlobalFonts.registerFromPath(path, name) === null) throw new Error(`The font ${path} cannot be read.`);
  names.set(specifier, name);
  return name;
}

function takeFrom(subset: FontSubset, missing: Set<number>): boolean {
  const cutFor = (code: number) => subset.ranges.some(([from, to]) => code >= from && code <= to);
  if (![...missing].some(cutFor)) return false;
  const coverage = coverageOf(subset.specifier);
  const found = [...missing].filter((code) => coverage.has(code));
  for (const code of found) missing.delete(code);
  return found.length > 0;
}

function coverageOf(specifier: string): ReadonlySet<number> {
  const known = coverages.get(specifier);
  if (known !== undefined) return known;
  const coverage = readCoverage(fontPath(specifier));
  coverages.set(specifier, coverage);
  return coverage;
}

/** Joiners and line ends are drawn by no glyph; a space is, and its width must not come from elsewhere. */
const drawnByNothing = /[\n\p{Default_Ignorable_Code_Point}]/u;

function codePointsOf(text: string): number[] {
  return [...text].filter((character) => !drawnByNothing.test(character)).map((c) => c.codePointAt(0) ?? 0);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a reader sees as one character goes or stays as a whole. */
function withoutMissing(text: string, missing: ReadonlySet<number>): { kept: string; dropped: string[] } {
  let kept = '';
  const dropped: string[] = [];
  for (const { segment } of graphemes.segment(text))
    if (codePointsOf(segment).some((code) => missing.has(code))) dropped.push(segment);
    else kept += segment;
  return { kept, dropped };
}
