const secondsToNotice = 0.8;
const lettersPerSecond = 15;
const squaresPerSecond = 7;

/**
 * How long a caption must stand to be read by someone who also looks at the picture. The rates are those of subtitle
 * practice: about 15 letters a second, and 7 a second of characters that each stand for a syllable or a word.
 */
export function readingSeconds(text: string): number {
  const characters = [...text.replace(/\s+/gu, ' ').trim()].filter((character) => !/\p{M}/u.test(character));
  const squares = characters.filter((character) => squareCharacter.test(character)).length;
  const letters = characters.length - squares;
  return secondsToNotice + letters / lettersPerSecond + squares / squaresPerSecond;
}

const squareCharacter = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
