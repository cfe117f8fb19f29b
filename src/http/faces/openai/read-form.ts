import type { Json } from '../../../domain/json.ts';
import type { Unread } from '../read-json.ts';

/** Fields that are numbers, and those that may hold more than one word: a form knows text alone. */
const numbers = ['seed', 'priority', 'max_credits', 'start_within', 'expires_in'];
const structured = ['metadata', 'simulate', 'storyboard', 'tags', 'image_reference', 'video_reference', 'audio_reference', 'input_reference'];

/**
 * The fields of a form as the object that JSON would have been: `a[b]` is a member, `a[]` or the same name again a list.
 * What cannot be read stays as it is, to be refused by name.
 */
export function objectOfForm(fields: readonly (readonly [string, string])[]): Unread {
  const lists = new Map<string, unknown[]>();
  const members = new Map<string, Map<string, string>>();
  const plain = new Map<string, unknown>();
  for (const [name, value] of fields) {
    const [, list] = /^([^[\]]+)\[\]$/.exec(name) ?? [];
    const [, owner, member] = /^([^[\]]+)\[([^[\]]+)\]$/.exec(name) ?? [];
    if (list !== undefined) lists.set(list, [...(lists.get(list) ?? []), value]);
    else if (owner !== undefined && member !== undefined)
      members.set(owner, (members.get(owner) ?? new Map()).set(member, value));
    else if (plain.has(name)) lists.set(name, [...(lists.get(name) ?? [plain.get(name)]), valueOf(name, value)]);
    else plain.set(name, valueOf(name, value));
  }
  return Object.fromEntries([
    ...plain,
    ...[...members].map(([name, object]) => [name, Object.fromEntries(object)] as const),
    ...lists,
  ]);
}

function valueOf(name: string, text: string): unknown {
  if (numbers.includes(name)) return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (name === 'generate_audio' && /^(true|false)$/.test(text)) return text === 'true';
  return structured.includes(name) && /^\s*[[{]/.test(text) ? (parse(text) ?? text) : text;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
