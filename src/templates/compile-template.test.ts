import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../domain/errors.ts';
import { compileTemplate } from './compile-template.ts';

const render = (source: string, values: Record<string, string | number | boolean | null | string[]>) =>
  compileTemplate(source, 'prompt').render(values);

const refused = (source: string, values: Parameters<typeof render>[1] = {}): string => {
  try {
    render(source, values);
  } catch (error) {
    assert.ok(error instanceof AppError);
    return `${error.message} ${error.hint ?? ''}`;
  }
  throw new assert.AssertionError({ message: `${source} was rendered` });
};

describe('a prompt template', () => {
  for (const [source, values, text] of [
    ['{{ name }} turns', { name: 'Stål <b> & "co"' }, 'Stål <b> & "co" turns'],
    ['{{ name | upcase }}', { name: 'mug' }, 'MUG'],
    ['{{ price }} {{ sold }}', { price: 0, sold: false }, '0 false'],
    ['{{ tagline | default: "made well" }}', { tagline: '' }, 'made well'],
    ['{% if sold %}gone{% else %}here{% endif %}', { sold: false }, 'here'],
    ['{{ row["Product name"] }}', { 'Product name': 'mug' }, 'mug'],
    ['{{ tags | join: ", " }}', { tags: ['a', 'b'] }, 'a, b'],
  ] as const)
    it(`renders ${source}`, () => assert.equal(render(source, values as never), text));
});

describe('a prompt template that leaves a hole', () => {
  for (const [what, source, values, why] of [
    ['a misspelt variable', '{{ nmae }} turns', { name: 'mug' }, /prompt: there is no "nmae"/],
    [
      'a variable inside a value that has none',
      '{{ name.first }}',
      { name: 'mug' },
      /there is no "name\.first"/,
    ],
    [
      'a misspelt variable in a condition',
      '{% if nmae %}x{% endif %}',
      { name: 'mug' },
      /there is no "nmae"/,
    ],
    [
      'an empty cell',
      'The {{ tagline }}',
      { tagline: '' },
      /prompt: \{\{ tagline \}\} is empty\..*\{\{ tagline \| default: "…" \}\}/,
    ],
    ['a null', 'The {{ tagline }}', { tagline: null }, /\{\{ tagline \}\} is empty/],
    ['an empty list', '{{ tags }}', { tags: [] }, /\{\{ tags \}\} is empty/],
    [
      'a filter that does not exist',
      '{{ name | shout }}',
      { name: 'a' },
      /prompt is not a template: undefined filter: shout/,
    ],
    ['a slot that is not closed', '{{ name', { name: 'a' }, /prompt is not a template/],
    ['braces that come from a value', '{{ name }}', { name: 'a {{ b }}' }, /"\{\{" is left in the text/],
    ['a tag that comes from a value', '{{ name }}', { name: '{% raw' }, /"\{%" is left in the text/],
  ] as const)
    it(`is refused for ${what}`, () => assert.match(refused(source, values as never), why));
});

describe('a hostile template', () => {
  it('reaches no file', () => {
    assert.match(refused("{% include '/etc/hostname' %}"), /prompt: .*hostname/);
    assert.match(refused("{% render '../package.json' %}"), /prompt: .*package/);
  });

  it('reaches nothing behind its values', () => {
    assert.match(refused('{{ name.constructor }}', { name: 'a' }), /there is no "name\.constructor"/);
    assert.match(refused('{{ __proto__ }}', { name: 'a' }), /there is no "__proto__"/);
  });

  it('does not run for ever, nor fill the memory', () => {
    assert.match(refused('{% for i in (1..100000000) %}{{ i }}{% endfor %}'), /limit exceeded/);
  });
});
