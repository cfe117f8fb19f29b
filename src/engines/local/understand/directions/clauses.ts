import { isColourWord } from './colour-words.ts';
import type { TagDirection } from './meaning.ts';
import type { Quotation } from './quotations.ts';

export interface Token {
  /** In lower case, without invisible characters. A tag is `@image`, `@video` or `@audio`, a quotation `@quote`. */
  word: string;
  /** Where it stands in the prompt. */
  start: number;
  end: number;
  /** Counted up at each comma, full stop and "then": a phrase never reaches over such an end. */
  clause: number;
  sentence: number;
  /** "Not static: orbit": a negation does not reach over a colon, other phrases do. */
  afterColon: boolean;
  /** More than one where tags are listed: "@Image1, @Image2 and @Image3". */
  tags?: Pick<TagDirection, 'kind' | 'position'>[];
  quotation?: Quotation;
}

const quoteMark = '\uE000';
/** No pattern in here can match an empty text or repeats a group that repeats, so that time stays linear. */
const tokenPattern =
  /\uE000+|→|[-=]>|>|#[\da-f]+|(?<![\p{L}\p{N}])@(?:image|video|audio)[1-9]\d?(?![\p{L}\p{N}])|[\p{L}\p{N}][\p{L}\p{M}\p{N}\u00AD\u200B-\u200F\u202A-\u202E\u2060\uFEFF'’‘ʼ]*/giu;
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060\uFEFF]/g;
const clauseMark = /[,;!?()[\]…—–、。，！？；|\n]|\.(?=\s|$)| - /;
const sentenceMark = /[!?…。！？\n]|\.(?=\s|$)/;
const startsClause = new Set(
  'then followed finally before after afterwards while whilst whereas until but dann danach puis luego después'.split(
    ' ',
  ),
);

/** Cuts a prompt into words that know their clause; a quotation becomes one token. */
export function readTokens(prompt: string, quotations: readonly Quotation[]): Token[] {
  const text = withoutQuotations(prompt, quotations);
  const byStart = new Map(quotations.map((quotation) => [quotation.start, quotation]));
  const tokens: Token[] = [];
  let clause = 0;
  let sentence = 0;
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    const start = match.index;
    const between = text.slice(end, start);
    const quotation = byStart.get(start);
    const word = wordOf(match[0], quotation);
    const before = end;
    end = start + match[0].length;
    if (word === '') continue;
    const tag = tagOf(match[0]);
    if (tag !== undefined && rangeMark.test(between)) addRange(tokens, tag);
    if (tag !== undefined && joinsList({ tokens, tag, between, text, before, start })) {
      addToList({ tokens, tag, end });
      continue;
    }
    if (sentenceMark.test(between)) sentence++;
    if (clauseMark.test(between) || startsClause.has(word)) clause++;
    tokens.push({
      word,
      start,
      end,
      clause,
      sentence,
      afterColon: between.includes(':'),
      ...(tag === undefined ? {} : { tags: [tag] }),
      ...(quotation === undefined ? {} : { quotation }),
    });
  }
  return tokens;
}

function withoutQuotations(prompt: string, quotations: readonly Quotation[]): string {
  let text = '';
  let from = 0;
  for (const { start, end } of quotations) {
    text += prompt.slice(from, start).replaceAll(quoteMark, ' ') + quoteMark.repeat(end - start);
    from = end;
  }
  return text + prompt.slice(from).replaceAll(quoteMark, ' ');
}

function wordOf(found: string, quotation: Quotation | undefined): string {
  if (quotation !== undefined) return '@quote';
  if (/^(?:→|[-=]?>)$/.test(found)) return 'then';
  if (found.startsWith('@')) return found.toLowerCase().replace(/\d+$/, '');
  return found
    .replace(invisible, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’‘ʼ]/g, "'")
    .replace(/'+$/, '');
}

function tagOf(found: string): Pick<TagDirection, 'kind' | 'position'> | undefined {
  const match = /^@(image|video|audio)(\d+)$/i.exec(found);
  if (match === null) return undefined;
  return { kind: match[1]?.toLowerCase() as TagDirection['kind'], position: Number(match[2]) };
}

function joinsList(options: {
  tokens: readonly Token[];
  tag: Pick<TagDirection, 'kind'>;
  between: string;
  text: string;
  before: number;
  start: number;
}): boolean {
  const { tokens, tag, between, text } = options;
  const last = tokens.at(-1);
  const list = last?.word === 'and' ? tokens.at(-2) : last;
  if (list?.tags?.[0]?.kind !== tag.kind) return false;
  if (last === list && rangeMark.test(between)) return true;
  const sinceList = last === list ? between : text.slice(list.end, last?.start) + between;
  return /^[\s,&+/]*$/.test(sinceList);
}

const rangeMark = /^\s?[-–]\s?$/;

/** "@Image2-@Image4" names the third too. */
function addRange(
  tokens: readonly Token[],
  { kind, position }: Pick<TagDirection, 'kind' | 'position'>,
): void {
  const tags = tokens.at(-1)?.tags;
  const from = tags?.at(-1);
  if (tags === undefined || from?.kind !== kind) return;
  for (let between = from.position + 1; between < position; between++) tags.push({ kind, position: between });
}

function addToList(options: {
  tokens: Token[];
  tag: Pick<TagDirection, 'kind' | 'position'>;
  end: number;
}): void {
  const { tokens, tag, end } = options;
  if (tokens.at(-1)?.word === 'and') tokens.pop();
  const list = tokens.at(-1);
  if (list?.tags === undefined) return;
  list.tags.push(tag);
  list.end = end;
}

export const isColour = ({ word }: Token) => isColourWord(word);
