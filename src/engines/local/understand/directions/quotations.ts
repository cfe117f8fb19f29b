/** A stretch of a prompt in quotation marks. */
export interface Quotation {
  text: string;
  /** Of the opening mark, and after the closing one. */
  start: number;
  end: number;
}

const closers: Record<string, string> = {
  '"': '"',
  '“': '”“',
  '„': '“”',
  '«': '»',
  '»': '«',
  '「': '」',
  '『': '』',
  '‘': '’',
  '‚': '‘’',
  "'": "'",
};
/** Looked at up to here for the closing mark: what is longer is not a caption but a mark gone astray. */
const longestQuotation = 1_000;
const letter = /[\p{L}\p{N}]/u;

/**
 * Finds what is quoted. A mark after a digit is an inch, one between letters an apostrophe; single straight marks
 * count only after a word that announces words (`caption 'New'`). Marks without a partner are left alone.
 */
export function findQuotations(prompt: string): { quotations: Quotation[]; unbalanced: boolean } {
  const quotations: Quotation[] = [];
  // Where a search for a partner came to nothing, so that the same text is not searched twice.
  const searchedTo = new Map<string, number>();
  let unbalanced = false;
  for (let index = 0; index < prompt.length; index++) {
    const mark = prompt[index] ?? '';
    const closing = closers[mark];
    if (closing === undefined || !opens(prompt, index)) continue;
    const last = Math.min(prompt.length, index + longestQuotation);
    const from = Math.max(index + 1, searchedTo.get(mark) ?? 0);
    const end = findClosing({ prompt, from, last, closing });
    if (end === -1) {
      searchedTo.set(mark, last);
      unbalanced ||= !mayStandAlone.has(mark);
      continue;
    }
    quotations.push({ text: prompt.slice(index + 1, end).trim(), start: index, end: end + 1 });
    index = end;
  }
  return { quotations, unbalanced };
}

const mayStandAlone = new Set(["'", '‘', '‚', '»']);

function opens(prompt: string, index: number): boolean {
  const mark = prompt[index] ?? '';
  const before = prompt[index - 1] ?? ' ';
  const after = prompt[index + 1] ?? ' ';
  if (mark === '"') return !letter.test(before);
  if (mark === '»') return /\s/.test(before) && !/\s/.test(after);
  if (mark === '‘' || mark === '‚') return !letter.test(before) && !/\s/.test(after);
  if (mark === "'")
    return (
      !letter.test(before) &&
      !/\s/.test(after) &&
      announced.test(prompt.slice(Math.max(0, index - 20), index))
    );
  return true;
}

const announced =
  /\b(?:captions?|titles?|headlines?|taglines?|slogans?|subtitles?|texts?|words?|says?|saying|reads?|reading|claims?)[ :]{1,3}$/i;

function findClosing(options: { prompt: string; from: number; last: number; closing: string }): number {
  const { prompt, from, last, closing } = options;
  const single = closing.includes('’') || closing === "'";
  for (let index = from; index < last; index++) {
    if (!closing.includes(prompt[index] ?? ' ')) continue;
    const apostrophe = single && letter.test(prompt[index + 1] ?? ' ');
    if (!apostrophe) return index;
  }
  return -1;
}
