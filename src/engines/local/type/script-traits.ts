/** What the scripts of a text ask of whoever sets it. */
export interface ScriptTraits {
  direction: 'ltr' | 'rtl';
  /** Letters stand apart, so the space between them may change. Arabic and Devanagari letters hold hands. */
  spaced: boolean;
  /** There are capitals. */
  cased: boolean;
  /** Times the style's size: full-square characters look larger than letters of the same size. */
  size: number;
  /** At least this much from one baseline to the next, in em: marks above and below need it. */
  leading: number;
}

export function scriptTraits(text: string): ScriptTraits {
  const full = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text);
  const tall = /[\p{Script=Arabic}\p{Script=Thai}\p{Script=Devanagari}]/u.test(text);
  const plain = !/(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{L}/u.test(text);
  return {
    direction: directionOf(text),
    spaced: plain || !/[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Thai}]/u.test(text),
    cased: plain,
    size: full ? 0.9 : 1,
    leading: tall ? 1.42 : full ? 1.3 : 0,
  };
}

/** By the first letter that has a direction: Unicode bidirectional algorithm (UAX #9), rules P2 and P3. */
function directionOf(text: string): 'ltr' | 'rtl' {
  const first = text.match(/\p{L}/u)?.[0];
  return first !== undefined &&
    /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(first)
    ? 'rtl'
    : 'ltr';
}
