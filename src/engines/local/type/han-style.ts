/** Which national forms Han characters are drawn in: one code point looks different in Tokyo and in Taipei. */
export type HanStyle = 'japanese' | 'simplified' | 'traditional' | 'korean';

/**
 * Guesses it from the text. Kana, Hangul and Bopomofo decide at once; else the characters that only one of the
 * national character sets has (GB 2312, Big5, JIS X 0208) are counted. Simplified where nothing tells.
 */
export function hanStyleOf(text: string): HanStyle {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'japanese';
  if (/\p{Script=Hangul}/u.test(text)) return 'korean';
  if (/\p{Script=Bopomofo}/u.test(text)) return 'traditional';
  const han = text.match(/\p{Script=Han}/gu);
  if (han === null) return 'simplified';
  charsets ??= readCharsets();
  const { gb, big5, jis } = charsets;
  const countIn = (set: ReadonlySet<string>) => han.filter((character) => set.has(character)).length;
  const [simplified, traditional, japanese] = [countIn(gb), countIn(big5), countIn(jis)];
  if (simplified >= traditional && simplified >= japanese) return 'simplified';
  return traditional >= japanese ? 'traditional' : 'japanese';
}

interface Charsets {
  gb: ReadonlySet<string>;
  big5: ReadonlySet<string>;
  jis: ReadonlySet<string>;
}

let charsets: Charsets | undefined;

/** The Han characters of the three national sets, by the bytes their own standards give them. */
function readCharsets(): Charsets {
  return {
    gb: charactersOf('gbk', { leads: [0xb0, 0xf7], trails: [[0xa1, 0xfe]] }),
    big5: charactersOf('big5', {
      leads: [0xa4, 0xf9],
      trails: [
        [0x40, 0x7e],
        [0xa1, 0xfe],
      ],
    }),
    jis: charactersOf('euc-jp', { leads: [0xb0, 0xf4], trails: [[0xa1, 0xfe]] }),
  };
}

function charactersOf(
  encoding: string,
  { leads, trails }: { leads: [number, number]; trails: [number, number][] },
): Set<string> {
  const bytes: number[] = [];
  for (let lead = leads[0]; lead <= leads[1]; lead++)
    for (const [from, to] of trails) for (let trail = from; trail <= to; trail++) bytes.push(lead, trail);
  const text = new TextDecoder(encoding).decode(Uint8Array.from(bytes));
  return new Set(text.match(/\p{Script=Han}/gu));
}
