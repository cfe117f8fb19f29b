import fc from 'fast-check';
import type { OpenApi, Schema } from './document.ts';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Deeper than this, optional members are left out and lists are empty. */
const deepest = 5;

/** Of the optional members of an object at most so many are there, so that one bad value does not spoil every object. */
const mostOptional = 3;

/** Values that the document cannot describe, such as ids that exist, by the name of the member that holds them. */
export type Known = Readonly<Record<string, fc.Arbitrary<Json>>>;

export interface Making {
  document: OpenApi;
  known: Known;
  /** Optional members that are there whenever they may be: without them a request is rarely a good one. */
  usual: readonly string[];
}

/** Values that a schema of the document describes; what its words cannot say, such as a refinement, they may miss. */
export function arbitraryOf(making: Making, schema: Schema, depth = 0): fc.Arbitrary<Json> {
  const resolved = making.document.resolve(schema);
  const of: Of = (inner, name) => {
    const made = arbitraryOf(making, inner as Schema, depth + 1);
    const better = name === undefined ? undefined : making.known[name];
    return better === undefined ? made : fc.oneof({ weight: 9, arbitrary: better }, made);
  };
  const made = build(resolved, of, { depth, usual: making.usual });
  const example = resolved['example'] as Json | undefined;
  return example === undefined ? made : fc.oneof(made, fc.constant(example));
}

interface Place {
  depth: number;
  usual: readonly string[];
}

type Of = (inner: unknown, name?: string) => fc.Arbitrary<Json>;

function build(schema: Schema, of: Of, place: Place): fc.Arbitrary<Json> {
  const choices = (schema['anyOf'] ?? schema['oneOf']) as unknown[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map((one) => of(one)));
  if (schema['allOf'] !== undefined)
    return fc
      .tuple(...(schema['allOf'] as unknown[]).map((one) => of(one)))
      .map((parts) => Object.assign({}, ...parts.map((part) => (isObject(part) ? part : {}))));
  if ('const' in schema) return fc.constant(schema['const'] as Json);
  if (schema['enum'] !== undefined) return fc.constantFrom(...(schema['enum'] as Json[]));
  const { type } = schema;
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => build({ ...schema, type: one }, of, place)));
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return texts(schema);
  if (type === 'integer') return fc.integer(rangeOf(schema, { integer: true }));
  if (type === 'number') return fc.double({ ...rangeOf(schema, { integer: false }), noNaN: true });
  if (type === 'array') return lists(schema, of, place);
  if (type === 'object') return objects(schema, of, place);
  return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
}

function texts(schema: Schema): fc.Arbitrary<string> {
  const { pattern, format } = schema;
  if (format === 'date-time')
    return fc
      .date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === 'uri') return fc.webUrl();
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern, 'u'));
  const minLength = (schema['minLength'] as number | undefined) ?? 0;
  const maxLength = Math.min((schema['maxLength'] as number | undefined) ?? 40, minLength + 40);
  return fc.string({ minLength, maxLength, unit: 'grapheme' });
}

const largest = 2 ** 31;

function rangeOf(schema: Schema, { integer }: { integer: boolean }): { min: number; max: number } {
  const given = (name: string) => schema[name] as number | undefined;
  const step = integer ? 1 : Number.EPSILON;
  const above = given('exclusiveMinimum');
  const below = given('exclusiveMaximum');
  const min = given('minimum') ?? (above === undefined ? -largest : above + step);
  const max = given('maximum') ?? (below === undefined ? Math.max(largest, min) : below - step);
  return { min, max };
}

function lists(schema: Schema, of: Of, place: Place): fc.Arbitrary<Json> {
  const minLength = (schema['minItems'] as number | undefined) ?? 0;
  const most = Math.min((schema['maxItems'] as number | undefined) ?? 3, minLength + 3);
  const maxLength = place.depth >= deepest ? minLength : most;
  const items = schema['prefixItems'] as unknown[] | undefined;
  if (items !== undefined) return fc.tuple(...items.map((one) => of(one))) as fc.Arbitrary<Json>;
  return fc.array(of(schema['items'] ?? {}), { minLength, maxLength });
}

function objects(schema: Schema, of: Of, place: Place): fc.Arbitrary<Json> {
  const required = (schema['required'] as string[] | undefined) ?? [];
  const members = Object.entries((schema['properties'] as Record<string, unknown> | undefined) ?? {}).filter(
    ([name]) => place.depth < deepest || required.includes(name),
  );
  const { additionalProperties } = schema;
  if (members.length === 0 && additionalProperties !== undefined && additionalProperties !== false)
    return fc.dictionary(
      fc.string({ maxLength: 10 }),
      of(additionalProperties === true ? {} : additionalProperties),
      {
        maxKeys: 3,
      },
    );
  const isThere = (name: string) => required.includes(name) || place.usual.includes(name);
  const [needed, optional] = [true, false].map((wanted) =>
    members.filter(([name]) => isThere(name) === wanted),
  ) as [typeof members, typeof members];
  return fc
    .subarray(optional, { maxLength: Math.min(mostOptional, optional.length) })
    .chain(
      (some) =>
        fc.record(
          Object.fromEntries([...needed, ...some].map(([name, member]) => [name, of(member, name)])),
        ) as fc.Arbitrary<Json>,
    );
}

const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);

/** What programs trip over. */
const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    '',
    ' ',
    '\0',
    '\ud800',
    'a'.repeat(10_000),
    '__proto__',
    "'; drop table files; --",
    '../../etc/passwd',
    'http://127.0.0.1:1/',
    'data:image/png;base64,AAAA',
    -1,
    0,
    -0.5,
    2 ** 31,
    2 ** 53,
    1e308,
    [],
    {},
    deep(200),
    JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as Json,
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  fc.double().map((number) => (Number.isFinite(number) ? number : 0)),
);

/** A value with one part of it spoilt: replaced, taken away, or with a member that nobody knows. */
export function spoilt(valid: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(valid, junk, fc.nat(), fc.constantFrom('replace', 'remove', 'add'))
    .map(([value, trash, choice, way]) => {
      const copy = structuredClone(value);
      const places = placesOf(copy);
      if (places.length === 0) return trash;
      const { parent, key } = places[choice % places.length] as Spot;
      if (way === 'add' && isObject(parent)) set(parent, `unknown${choice}`, trash);
      else if (way === 'remove') remove(parent, key);
      else set(parent, key, trash);
      return copy;
    });
}

interface Spot {
  parent: Json[] | { [name: string]: Json };
  key: string | number;
}

function placesOf(value: Json): Spot[] {
  if (Array.isArray(value)) return value.flatMap((item, key) => [{ parent: value, key }, ...placesOf(item)]);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [{ parent: value, key }, ...placesOf(item)]);
}

function set(parent: Spot['parent'], key: string | number, value: Json): void {
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });
}

function remove(parent: Spot['parent'], key: string | number): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function isObject(value: unknown): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
