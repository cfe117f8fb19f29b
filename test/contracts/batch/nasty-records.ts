/** What a record of the contract says, whatever the source it is in. */
export interface NastyRecord {
  sku: string;
  name: string;
  note: string;
}

const names = [
  'Fjell mug',
  'Stål & brød 🍞',
  '日本語の商品名',
  'שולחן עץ',
  'كرسي خشبي',
  'Ünïcödé Ž ß ﬁ',
  '👩‍👩‍👧‍👦 family',
  'é composed apart',
  'say "x", twice ""',
  "it's <b>bold</b> & &amp; more",
  '=HYPERLINK("http://evil.example")',
  '{{ name }}{% for i in (1..9) %}',
  '12345678901234567890.10',
  '1e999',
  '007',
  'true',
  'null',
  ']]> --> <![CDATA[',
  '../../etc/passwd',
  "'; drop table product; --",
];

const notes = [
  '',
  'two\nlines',
  'a line\r\nof Windows',
  'a\ttab, a comma; a semicolon|a bar',
  '"',
  'ends in a backslash\\',
  '\\u0041 \\n are letters',
  `long ${'word '.repeat(800).trim()}`,
  '[1, {"a": "]"}]',
];

/** The same for every source: scripts, quotes, line breaks, empty cells, big numbers, and signs that other formats give a meaning. */
export const nastyRecords: readonly NastyRecord[] = Array.from({ length: 200 }, (_, index) => ({
  sku: `SKU-${String(index).padStart(8, '0')}-${index % 7 === 0 ? 'Ø' : 'XL'}`,
  name: names[index % names.length] ?? '',
  note: notes[index % notes.length] ?? '',
}));

/** As many plain ones, of about 600 bytes each. */
export function* manyRecords(count: number): Generator<NastyRecord, void, undefined> {
  const note = 'A stoneware mug with a quiet glaze. '.repeat(14);
  for (let index = 0; index < count; index += 1)
    yield {
      sku: `SKU-${String(index).padStart(8, '0')}-XL`,
      name: `Fjell mug no. ${index}`,
      note: `${note}${index}`,
    };
}
