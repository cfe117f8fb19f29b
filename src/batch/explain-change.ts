import { z } from 'zod';
import type { Parts } from './fingerprint.ts';

/** One reason why a row is made again. */
export interface Change {
  what:
    | 'field'
    | 'photo'
    | 'brand'
    | 'video'
    | 'audio'
    | 'prompt'
    | 'setting'
    | 'engine'
    | 'template'
    | 'bundle';
  /** Which one; of references as the table or the workflow names them. */
  name: string;
  how: 'changed' | 'added' | 'removed' | 'moved';
  from?: string;
  to?: string;
}

const partsSchema = z.object({
  prompt: z.string(),
  fields: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  engine: z.string(),
  model: z.string().nullable(),
  template: z.string().nullable(),
  bundle: z.string().nullable(),
  references: z.array(
    z.object({
      name: z.string(),
      of: z.enum(['photo', 'brand', 'video', 'audio']),
      as: z.string().nullable(),
      hash8: z.string(),
    }),
  ),
});

type Known = z.infer<typeof partsSchema>;
type Reference = Known['references'][number];

/**
 * Why a row with `after` is not what was made with `before`. Empty where nobody can tell: the parts are unreadable, or
 * of another edition of Kinora.
 */
export function explainChange(before: unknown, after: Parts): Change[] {
  const parsed = partsSchema.safeParse(before);
  if (!parsed.success) return [];
  const old = parsed.data;
  const fields = old.prompt === after.prompt ? [] : fieldChanges(old.fields, after.fields);
  const named = [
    ...fields,
    ...referenceChanges(old.references, after.references),
    ...settingChanges(old.settings, after.settings),
    ...versionChanges(old, after),
  ];
  const isTold = fields.length > 0 || old.template !== after.template;
  return old.prompt === after.prompt || isTold
    ? named
    : [{ what: 'prompt', name: 'prompt', how: 'changed' }, ...named];
}

/** A change in a few words, as in `name changed` or `photo mug/2.jpg: other content`. */
export function describeChange({ what, name, how, from, to }: Change): string {
  if (what === 'prompt') return 'the prompt template changed';
  if (from !== undefined && to !== undefined)
    return `${what === 'setting' || what === name ? name : `${what} ${name}`} ${from} → ${to}`;
  if (what === 'field') return `${name} ${how}`;
  const label = what === 'brand' ? 'brand image' : what;
  if (how === 'changed') return `${label} ${name}: other content`;
  return `${label} ${name} ${how}`;
}

function fieldChanges(before: Record<string, string>, after: Record<string, string>): Change[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return names.flatMap((name): Change[] => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    return [
      { what: 'field', name, how: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed' },
    ];
  });
}

/** By name first, since that is what a person knows; what only moved or was renamed is told by its content. */
function referenceChanges(before: readonly Reference[], after: readonly Reference[]): Change[] {
  const changes: Change[] = [];
  const left = [...before];
  const take = (isIt: (one: Reference) => boolean): Reference | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  const unmatched: Reference[] = [];
  for (const now of after) {
    const same = take((old) => old.of === now.of && old.name === now.name && old.hash8 === now.hash8);
    if (same === undefined) unmatched.push(now);
    else if (same.as !== now.as)
      changes.push({
        what: now.of,
        name: now.name,
        how: 'changed',
        from: same.as ?? 'no role',
        to: now.as ?? 'no role',
      });
  }
  for (const now of unmatched) {
    const { of: what, name } = now;
    if (take((old) => old.of === what && old.name === name) !== undefined)
      changes.push({ what, name, how: 'changed' });
    // Under another name it is the same picture.
    else if (take((old) => old.of === what && old.hash8 === now.hash8) === undefined)
      changes.push({ what, name, how: 'added' });
  }
  changes.push(...left.map(({ of: what, name }): Change => ({ what, name, how: 'removed' })));
  if (changes.length > 0) return changes;
  const order = (list: readonly Reference[]) => list.map(({ hash8 }) => hash8).join();
  const [first] = after;
  if (first === undefined || order(before) === order(after)) return changes;
  return [{ what: first.of, name: 'order', how: 'moved' }];
}

function settingChanges(before: Known['settings'], after: Parts['settings']): Change[] {
  return Object.entries(after).flatMap(([name, now]): Change[] => {
    const old = before[name];
    if (old === now) return [];
    return [{ what: 'setting', name, how: 'changed', from: worded(old), to: worded(now) }];
  });
}

function versionChanges(before: Known, after: Parts): Change[] {
  const engineOf = ({ engine, model }: Pick<Parts, 'engine' | 'model'>) =>
    before.engine === after.engine && model !== null ? `${engine} (${model})` : engine;
  const pairs = [
    ['engine', engineOf(before), engineOf(after)],
    ['template', before.template, after.template],
    ['bundle', before.bundle, after.bundle],
  ] as const;
  return pairs.flatMap(([what, from, to]): Change[] =>
    from === to ? [] : [{ what, name: what, how: 'changed', from: worded(from), to: worded(to) }],
  );
}

const worded = (value: string | number | boolean | null | undefined) =>
  value === null || value === undefined ? 'none' : String(value);
