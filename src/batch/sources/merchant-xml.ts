import sax from 'sax';
import { AppError } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { type RawRecord, sourceLimits } from './source.ts';

interface Element {
  name: string;
  text: string;
  children: Map<string, { isGoogles: boolean; values: Json[] }>;
}

interface Item {
  place: string;
  fault: string | undefined;
  characters: number;
  /** From the item to the element that is open. */
  open: Element[];
}

const deepest = 20;

/**
 * The items of an RSS or Atom feed, by what their elements are named without `g:`. An element that comes again makes a
 * list, one with elements inside an object. Throws an AppError for what is no feed, ends early or declares a document type:
 * feeds need none, and its entities are what XML bombs are made of.
 */
export async function* merchantXml(
  text: AsyncIterable<string>,
  name: string,
): AsyncGenerator<RawRecord, void, undefined> {
  const parser = sax.parser(true, { position: true });
  const ready: RawRecord[] = [];
  let count = 0;
  let item: Item | undefined;
  let refused: AppError | undefined;
  let broken: AppError | undefined;
  /** Its elements are out of step, and so may be what is around the items. */
  let isLopsided = false;

  const give = ({ place, fault, open: [root] }: Item) => {
    isLopsided ||= fault !== undefined;
    ready.push(fault === undefined ? { place, values: withImages(root) } : { place, fault });
    item = undefined;
  };
  parser.ondoctype = () => {
    refused ??= new AppError('invalid_request', `${name} declares a document type, which is refused.`, {
      hint: 'Remove <!DOCTYPE …>: a product feed needs none.',
    });
  };
  parser.onerror = ({ message }) => {
    const [what = message] = message.split('\n');
    if (item === undefined && !isLopsided)
      broken ??= new AppError(
        'invalid_request',
        `${name}, line ${parser.line + 1}: it is not XML: ${what}.`,
        {
          hint: 'Write & as &amp; and close every element.',
        },
      );
    else if (item !== undefined)
      item.fault ??= `it is not XML (line ${parser.line + 1}): ${what}. Write & as &amp; and close every element.`;
    parser.resume();
  };
  parser.onopentag = ({ name: tag, attributes }) => {
    if (tag === 'item' || tag === 'entry') {
      if (item !== undefined)
        give({ ...item, fault: item.fault ?? 'it is not closed before the next begins.' });
      count += 1;
      item = {
        place: `item ${count} (line ${parser.line + 1})`,
        fault: undefined,
        characters: 0,
        open: [element(tag)],
      };
    } else if (item !== undefined) {
      if (item.open.length >= deepest) item.fault ??= `its elements are nested deeper than ${deepest}.`;
      const opened = element(tag);
      // The link of Atom.
      if (tag === 'link' && typeof attributes['href'] === 'string') opened.text = attributes['href'];
      if (item.fault === undefined) item.open.push(opened);
    }
  };
  const addText = (part: string) => {
    if (item === undefined || item.fault !== undefined) return;
    item.characters += part.length;
    const open = item.open.at(-1);
    if (item.characters > sourceLimits.recordBytes)
      item.fault = `it has more than ${sourceLimits.recordBytes.toLocaleString('en')} characters.`;
    else if (open !== undefined) open.text += part;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.onclosetag = (tag) => {
    if (item === undefined) return;
    if (tag === 'item' || tag === 'entry') give(item);
    else if (item.fault === undefined) {
      const closed = item.open.pop();
      const parent = item.open.at(-1);
      if (closed !== undefined && parent !== undefined) attach(parent, closed);
    }
  };

  for await (const chunk of text) {
    parser.write(chunk);
    if (refused !== undefined) throw refused;
    yield* ready.splice(0);
    if (broken !== undefined) throw broken;
  }
  parser.close();
  yield* ready.splice(0);
  if (broken !== undefined) throw broken;
  if (item !== undefined || count === 0)
    throw new AppError(
      'invalid_request',
      count === 0 ? `${name} has no <item> and no <entry>.` : `${name} ends in the middle of item ${count}.`,
      { hint: 'A product feed is RSS or Atom, with an element for each product.' },
    );
}

const element = (name: string): Element => ({ name, text: '', children: new Map() });

function attach(parent: Element, { name, text, children }: Element): void {
  const isGoogles = /^[gc]:/.test(name);
  const plain = isGoogles ? name.slice(2) : name;
  const value = children.size > 0 ? valuesOf(children) : text.trim();
  const before = parent.children.get(plain);
  if (before === undefined || (isGoogles && !before.isGoogles))
    parent.children.set(plain, { isGoogles, values: [value] });
  else if (before.isGoogles === isGoogles) before.values.push(value);
}

function valuesOf(children: Element['children']): JsonObject {
  return Object.fromEntries(
    [...children].map(([name, { values }]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
  );
}

const withImages = (root: Element | undefined): JsonObject =>
  root === undefined ? {} : addImages(valuesOf(root.children));

/** All pictures of a product as one list, for `photos: { column: images }`. */
export function addImages(values: JsonObject): JsonObject {
  if (Object.hasOwn(values, 'images')) return values;
  const images = [values['image_link'], values['additional_image_link']]
    .flat()
    .filter((image) => typeof image === 'string' && image !== '');
  return { ...values, images: images as string[] };
}
