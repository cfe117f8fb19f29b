/**
 * A text as it is set: composed characters (NFC), no control characters, plain spaces between words, at most the
 * line ends that were typed. Quotes, dashes and no-break spaces stay as they are.
 */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replace(invisible, '')
    .replace(/\u202f/g, '\u00a0')
    .split('\n')
    .map((line) => line.replace(/[^\S\u00a0]+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

/**
 * What draws nothing and is not needed for shaping: controls, lone surrogates, soft hyphens, variation selectors,
 * marks and overrides of direction that could make a text read other than it was typed. Joiners stay.
 */
const invisible = /(?!\n|\t|\u200c|\u200d|\u2060)[\p{Cc}\p{Cs}\p{Cf}\p{Variation_Selector}]/gu;

/** Capitals as a sign writer makes them: Greek without accents, a capital sharp s. */
export function inCapitals(text: string): string {
  const sharp = text.replaceAll('ß', 'ẞ');
  return sharp.toLocaleUpperCase(/\p{Script=Greek}/u.test(text) ? 'el' : 'en');
}
