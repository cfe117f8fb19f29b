import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LintOptions, lintTemplate } from './lint-template.ts';

const lint = (source: string, options: LintOptions = {}) =>
  lintTemplate(source, options).map(({ severity, code, line }) => `${severity} ${code} ${line ?? '-'}`);

const fields = { name: { type: 'text', required: true }, tags: { type: 'list', required: true } } as const;
const references = { image: 4, video: 0, audio: 1 };

describe('the lint of a template', () => {
  for (const [what, source, options, notes] of [
    [
      'nothing where all is well',
      '{{ name }} {% for tag in tags %}{{ tag }} {{ forloop.index }}{% endfor %}',
      { fields },
      [],
    ],
    ['nothing about names that nobody knows', '{{ anything }}', {}, []],
    ['a syntax error', '{{ name', { fields }, ['error invalid_template -']],
    ['an unknown filter', '{{ name | shout }}', { fields }, ['error invalid_template -']],
    ['a template beside it', "{% render 'x' %}", {}, ['error invalid_template 1']],
    [
      'a misspelt variable, at its line, and a field that is unused',
      '{{ name }}\n{% if tgas %}x{% endif %}',
      { fields },
      ['note unused_field -', 'error unknown_variable 2'],
    ],
    ['no column as unknown', '{{ name }}{{ sku }}', { fields, columns: ['sku'] }, ['note unused_field -']],
    ['a field that may be used by row', '{{ row[x] }}', { fields, columns: ['x'] }, []],
    ['a variable of its own', '{% assign x = name %}{{ x }} {{ tags }}', { fields }, []],
    ['an endless loop', '{% for i in (1..n) %}.{% endfor %}', { columns: ['n'] }, ['error unbounded_loop 1']],
    ['a long loop', '{%- for i in (1..101) -%}.{% endfor %}', {}, ['error unbounded_loop 1']],
    ['no loop that ends', '{% for i in (1..n) limit: 3 %}.{% endfor %}', { columns: ['n'] }, []],
    [
      'a picture that is not there',
      '@Image4 @image5 a@Image9',
      { references },
      ['error no_such_reference 1'],
    ],
    [
      'a clip where there is none',
      '@Video1 @Audio1 @Audio0',
      { references },
      ['error no_such_reference 1', 'error no_such_reference 1'],
    ],
    ['another length', 'turns\nfor 8 seconds', { durationSeconds: 5 }, ['note duration_field_wins 2']],
    ['no length that comes from a row', '{{ "8 seconds" }}', { durationSeconds: 5 }, []],
  ] as const)
    it(`says ${what}`, () => assert.deepEqual(lint(source, options), notes));
});
