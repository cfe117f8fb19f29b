import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../domain/json.ts';
import type { FieldType, TemplateField, TemplateFields } from '../domain/template-field.ts';
import { promptRenderer } from './prompt-renderer.ts';
import { fieldsReader } from './read-fields.ts';

const read = (field: Partial<TemplateField> & { type: FieldType }, cell?: Json) => {
  const { values, faults } = fieldsReader({ f: { required: true, ...field } })(
    cell === undefined ? {} : { f: cell },
  );
  return faults.length > 0 ? faults.map(({ message }) => message).join(' ') : values['f'];
};

describe('a field', () => {
  for (const [type, cell, value] of [
    ['text', 12, '12'],
    ['text', ' Mug ', ' Mug '],
    ['number', '12.50', 12.5],
    ['number', '0', 0],
    ['number', '-1e3', -1000],
    ['boolean', 'Yes', true],
    ['boolean', '0', false],
    ['list', 'a | b|', ['a', 'b']],
    ['list', '["a|b", 2]', ['a|b', 2]],
    ['url', ' https://example.com/a.jpg ', 'https://example.com/a.jpg'],
    ['date', '2026-02-28T23:59:00+02:00', '2026-02-28'],
  ] as const)
    it(`reads ${JSON.stringify(cell)} as a ${type}`, () =>
      assert.deepEqual(read({ type }, cell as Json), value));

  for (const [what, field, cell, why] of [
    ['missing', { type: 'text' }, undefined, /^it is missing\. Fill it, or give the field a default\.$/],
    ['blank', { type: 'text' }, '  ', /^it is empty/],
    ['an empty list', { type: 'list' }, [], /^it is empty/],
    ['a list for a text', { type: 'text' }, ['a'], /not a text/],
    ['a comma', { type: 'number' }, '1,299', /"1,299" is not a number; write it as/],
    ['infinity', { type: 'number' }, '1e999', /is not a number/],
    ['no word of truth', { type: 'boolean' }, 'constructor', /neither true nor false/],
    ['no day', { type: 'date' }, '2026-02-30', /not a day/],
    ['a script', { type: 'url' }, 'javascript:alert(1)', /not an http\(s\) URL/],
    ['too long', { type: 'text', max: 3 }, 'four', /"four" has 4 characters; 3 is the most/],
    ['too small', { type: 'number', min: 0 }, -1, /it is -1; 0 is the least/],
    ['too late', { type: 'date', max: '2026-12-01' }, '2027-01-01', /2026-12-01 is the most/],
    ['another word', { type: 'text', one_of: ['red', 'blue'] }, 'green', /"green" is not one of red, blue/],
    ['a part that is another word', { type: 'list', one_of: ['a'] }, 'a|b', /"b" is not one of a/],
  ] as const)
    it(`is at fault when ${what}`, () =>
      assert.match(String(read(field as Parameters<typeof read>[0], cell as Json | undefined)), why));

  it('has its default where the cell is missing or empty, also one of 0 or false', () => {
    assert.equal(read({ type: 'number', default: 0 }), 0);
    assert.equal(read({ type: 'boolean', default: false }, ''), false);
    assert.equal(read({ type: 'text', required: false }), null);
  });

  it('is read from the column it names, and from nothing that is only inherited', () => {
    const fields = { type: 'text', required: true } as const;
    const reader = fieldsReader({
      name: { ...fields, column: 'Product name' },
      constructor: fields,
    } as TemplateFields);
    const { values, faults } = reader({ 'Product name': 'Mug' });
    assert.equal(values['name'], 'Mug');
    assert.deepEqual(faults, [
      { field: 'constructor', message: 'it is missing. Fill it, or give the field a default.' },
    ]);
  });
});

describe('a prompt', () => {
  const render = promptRenderer({
    text: '{{ name }}{% if tagline %}, {{ tagline }}{% endif %} turns for 8 seconds',
    fields: { name: { type: 'text', required: true }, tagline: { type: 'text', required: false } },
    durationSeconds: 5,
  });

  it('leaves out what may be missing, and notes a length that is not the field’s', () => {
    const made = render({ name: 'Mug', tagline: '' });
    assert.ok('prompt' in made);
    assert.equal(made.prompt, 'Mug turns for 8 seconds');
    assert.deepEqual(made.notes, ['The prompt says "8 seconds"; duration, 5 s, is what will be made.']);
  });

  it('never shows braces and never throws, whatever a row holds', () => {
    fc.assert(
      fc.property(fc.record({ name: fc.anything(), tagline: fc.anything() }), (row) => {
        const made = render(JSON.parse(JSON.stringify(row)) as Record<string, Json>);
        if ('faults' in made) assert.ok(made.faults.every(({ message }) => message.length > 0));
        else assert.doesNotMatch(made.prompt, /\{\{|\}\}|\{%|%\}|undefined|\[object/);
      }),
      { seed: 17, numRuns: 500, examples: [[{ name: '{{ x }}', tagline: '{% if %}' }]] },
    );
  });
});
