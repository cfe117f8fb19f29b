import { AppError } from '../../domain/errors.ts';

/** The text of one item of a list, counted from 1; undefined in place of one that is too long. */
export interface JsonItem {
  number: number;
  text: string | undefined;
}

const quote = 0x22;
const backslash = 0x5c;
const opens = (code: number) => code === 0x5b || code === 0x7b;
const closes = (code: number) => code === 0x5d || code === 0x7d;
const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;

/**
 * Cuts a JSON list into the texts of its items, in flat memory; each is still to be parsed. The list is the whole
 * text, or the field `items` of an object, wherever in it. Throws an AppError where there is no such list, or it does
 * not end.
 */
export async function* jsonItems(
  text: AsyncIterable<string>,
  { name, items, longest }: { name: string; items: string | undefined; longest: number },
): AsyncGenerator<JsonItem, void, undefined> {
  let state = 'before' as 'before' | 'object' | 'list' | 'after';
  let depth = 0;
  let inText = false;
  let escaped = false;
  let number = 0;
  /** The item, or in an object the field name, that has begun and not ended: pieces of earlier chunks. */
  let kept = '';
  let isTooLong = false;
  let field: string | undefined;
  let fieldBegins = false;

  const notAList = () =>
    new AppError(
      'invalid_request',
      items === undefined
        ? `${name} is not a list of objects.`
        : `${name} has no list in its field "${items}".`,
      {
        hint:
          items === undefined
            ? 'Write [{"sku": "A-1", …}, …], or name the field that holds the list as source.items.'
            : 'source.items names the field of the outermost object that holds the list.',
      },
    );
  const cutOff = () =>
    new AppError('invalid_request', `${name} ends in the middle, after ${number} items.`, {
      hint: 'It was cut off, or a quote or bracket of an item has no partner.',
    });
  const finish = (piece: string): JsonItem | undefined => {
    const text = isTooLong ? undefined : (kept + piece).trim();
    kept = '';
    isTooLong = false;
    if (text === '') return undefined;
    number += 1;
    return { number, text: text !== undefined && text.length > longest ? undefined : text };
  };

  for await (const chunk of text) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at);
      if (inText) {
        if (escaped) escaped = false;
        else if (code === backslash) escaped = true;
        else if (code === quote) {
          inText = false;
          if (state === 'object' && depth === 1) {
            field = parsedName(kept + chunk.slice(from, at + 1));
            kept = '';
            isTooLong = false;
            fieldBegins = false;
          }
        }
        continue;
      }
      if (state === 'after') {
        if (depth === 0 && !isSpace(code))
          throw new AppError('invalid_request', `${name} goes on after the end of its list.`);
        if (code === quote) inText = true;
        else if (opens(code)) depth += 1;
        else if (closes(code)) depth -= 1;
        continue;
      }
      if (state === 'before') {
        if (isSpace(code)) continue;
        if (code === openList && items === undefined) state = 'list';
        else if (code === 0x7b && items !== undefined) state = 'object';
        else throw notAList();
        depth = 1;
        from = at + 1;
        continue;
      }
      if (code === quote) {
        inText = true;
        if (state === 'object' && depth === 1) {
          from = at;
          fieldBegins = true;
        }
      } else if (opens(code)) {
        if (state === 'object' && depth === 1 && code === openList && field === items) {
          state = 'list';
          from = at + 1;
          continue;
        }
        depth += 1;
      } else if (closes(code)) {
        depth -= 1;
        if (depth > 0) continue;
        if (state === 'object') throw notAList();
        if (code !== closeList) throw cutOff();
        const item = finish(chunk.slice(from, at));
        if (item !== undefined) yield item;
        state = 'after';
        // The object around the list is still open.
        depth = items === undefined ? 0 : 1;
      } else if (code === comma && depth === 1) {
        if (state === 'object') field = undefined;
        else {
          const item = finish(chunk.slice(from, at));
          number += item === undefined ? 1 : 0;
          yield item ?? { number, text: '' };
          from = at + 1;
        }
      }
    }
    if (state === 'list' || fieldBegins) {
      if (isTooLong || kept.length + chunk.length - from > longest) {
        isTooLong = true;
        kept = '';
      } else kept += chunk.slice(from);
    }
  }
  if (state === 'before' || state === 'object') throw notAList();
  if (state === 'list' || depth > 0 || inText) throw cutOff();
}

/** A name that is none names no field that anybody looks for. */
function parsedName(text: string): string | undefined {
  try {
    const name: unknown = JSON.parse(text);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
