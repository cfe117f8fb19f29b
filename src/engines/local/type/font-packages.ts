import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FontFamily } from './caption.ts';
import type { HanStyle } from './han-style.ts';

/** One file of a font package: it holds the glyphs of a few ranges of characters. */
export interface FontSubset {
  /** `@fontsource-variable/inter/files/….woff2`: names the file on every machine. */
  specifier: string;
  /** The characters it was cut for, from and to inclusive. The file may lack some of them. */
  ranges: readonly (readonly [from: number, to: number])[];
}

/**
 * The packages a text is set from, the first that has a character wins: our own typefaces, then one for every other
 * script, the Han characters as `han` writes them before the other ways, and at the end the other family's.
 */
export function packagesFor(family: FontFamily, han: HanStyle): string[] {
  const own = byScript[family];
  const other = byScript[family === 'sans' ? 'serif' : 'sans'];
  return [...own, byHan[han], ...Object.values(byHan).filter((name) => name !== byHan[han]), ...other];
}

/** The files of a package. Throws a sentence with the package's name where it is not installed. */
export function subsetsOf(name: string): readonly FontSubset[] {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const listed: Record<string, string> = JSON.parse(readFileSync(fontPath(`${name}/unicode.json`), 'utf8'));
  const id = name.slice(name.indexOf('/') + 1);
  const axis = opticallySized.has(name) ? 'opsz' : 'wght';
  // The package lists the rarest characters first.
  const subsets = Object.entries(listed)
    .reverse()
    .map(([key, ranges]) => ({
      specifier: `${name}/files/${id}-${key.replace(/[[\]]/g, '')}-${axis}-normal.woff2`,
      ranges: parseRanges(ranges),
    }));
  opened.set(name, subsets);
  return subsets;
}

/** Where a file of a font package lies on this machine. `resolve` as `import.meta.resolve`. */
export function fontPath(specifier: string, resolve = (name: string) => import.meta.resolve(name)): string {
  try {
    return fileURLToPath(resolve(specifier));
  } catch (cause) {
    const name = specifier.split('/').slice(0, 2).join('/');
    throw new Error(`The font package ${name} is not installed. Run npm install.`, { cause });
  }
}

const scope = '@fontsource-variable';

const byScript: Record<FontFamily, readonly string[]> = {
  sans: [
    `${scope}/inter`,
    `${scope}/noto-sans-arabic`,
    `${scope}/noto-sans-hebrew`,
    `${scope}/noto-sans-devanagari`,
    `${scope}/noto-sans-thai`,
  ],
  serif: [
    `${scope}/source-serif-4`,
    `${scope}/noto-naskh-arabic`,
    `${scope}/noto-serif-hebrew`,
    `${scope}/noto-serif-devanagari`,
    `${scope}/noto-serif-thai`,
  ],
};

/** One design for both families: seven megabytes a script are enough. */
const byHan: Record<HanStyle, string> = {
  japanese: `${scope}/noto-sans-jp`,
  simplified: `${scope}/noto-sans-sc`,
  traditional: `${scope}/noto-sans-tc`,
  korean: `${scope}/noto-sans-kr`,
};

/** These have letters drawn for large and for small sizes. */
const opticallySized = new Set([`${scope}/inter`, `${scope}/source-serif-4`]);

/** The lists of files do not change while we run. */
const opened = new Map<string, readonly FontSubset[]>();

/** Reads `U+25ee8,U+26ff6-26ff8`. */
function parseRanges(text: string): [number, number][] {
  return text.split(',').map((part) => {
    const [from = '', to = from] = part.trim().slice(2).split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}
