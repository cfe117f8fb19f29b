import type { Unread } from '../read-json.ts';

/** Fields of which a form, which knows text alone, carries numbers. */
const numbers = ['seed', 'priority', 'max_credits', 'start_within', 'expires_in'];

/** Objects whose scalars are never free text. */
const typed = ['simulate', 'storyboard'];

const structured = [
  ...typed,
  'metadata',
  'tags',
  'image_reference',
  'video_reference',
  'audio_reference',
  'input_reference',
];

const deepest = 10;

/**
 * The fields of a form as the object that JSON would have been: `a[b]` is a member, `a[]` a list, `a[][b]` a list of
 * objects of one member each. What cannot be read stays as it is, to be refused by name.
 */
export function objectOfForm(fields: readonly (readonly [string, string])[]): Unread {
  const root: Branch = new Map();
  for (const [name, text] of fields) {
    const path = pathOf(name);
    put(root, path, readValue(String(path[0]), path.length, text));
  }
  return plainOf(root) as Unread;
}

/** An object under construction, or a list, whose keys are numbers. A map, so that no name is special. */
type Branch = Map<string | number, unknown>;

function pathOf(name: string): string[] {
  const [whole, head = '', rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  const members = [...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, member = '']) => member);
  return whole === undefined || members.length >= deepest ? [name] : [head, ...members];
}

function put(branch: Branch, [name = '', ...rest]: string[], value: unknown): void {
  const key = name === '' ? branch.size : name;
  const there = branch.get(key);
  if (rest.length > 0) {
    const below: Branch = there instanceof Map ? there : new Map();
    branch.set(key, below);
    put(below, rest, value);
  } else if (there === undefined) branch.set(key, value);
  // The same name again: a list.
  else if (there instanceof Map) there.set(there.size, value);
  else branch.set(key, new Map([there, value].entries()));
}

function plainOf(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  const isList = value.size > 0 && [...value.keys()].every((key) => typeof key === 'number');
  return isList
    ? [...value.values()].map(plainOf)
    : Object.fromEntries([...value].map(([key, member]) => [key, plainOf(member)]));
}

function readValue(field: string, depth: number, text: string): unknown {
  if (depth > 1) return typed.includes(field) ? (parse(text, /^(-?\d|true$|false$|null$)/) ?? text) : text;
  if (numbers.includes(field)) return parse(text, /^-?\d{1,15}$/) ?? text;
  if (field === 'generate_audio') return parse(text, /^(true|false)$/) ?? text;
  return structured.includes(field) ? (parse(text, /^\s*[[{]/) ?? text) : text;
}

/** What JSON it is, if it begins as it should; else undefined. */
function parse(text: string, beginning: RegExp): unknown {
  if (!beginning.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
