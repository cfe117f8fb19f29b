import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../domain/errors.ts';
import { readWorkflow } from './workflow.ts';

const least = `
name: shop
source: { path: shop.csv, key: sku }
prompt: '{{ name }} turns'
photos: { column: photos }
duration: 5
aspect_ratio: '16:9'
`;

const refused = (text: string): string => {
  try {
    readWorkflow(text, 'shop.yaml');
  } catch (error) {
    assert.ok(error instanceof AppError);
    return `${error.message} ${error.hint}`;
  }
  throw new assert.AssertionError({ message: 'the workflow was accepted' });
};

describe('a workflow file', () => {
  it('needs little, and has defaults for the rest', () => {
    const workflow = readWorkflow(least, 'shop.yaml');
    assert.equal(workflow.endpoint, 'reference-to-video');
    assert.deepEqual(workflow.photos, { column: 'photos', separator: '|', role: 'product' });
    assert.deepEqual([workflow.brand, workflow.audio, workflow.where], [[], [], {}]);
    assert.equal('seed' in workflow, false);
  });

  it('may be JSON as well', () => {
    const json = JSON.stringify(readWorkflow(least, 'shop.yaml'));
    assert.deepEqual(readWorkflow(json, 'shop.json'), readWorkflow(least, 'shop.yaml'));
  });

  it('takes a template, a bundle, typed fields, caps and a matrix', () => {
    const workflow = readWorkflow(
      `
name: shop
source: { path: shop.csv, key: sku }
template: { file: prompt.liquid }
fields: { name: text, price: { type: number, default: 0 } }
bundle: halden@2
photos: { column: photos }
references: { freshness: check }
duration: 5
aspect_ratio: '16:9'
caps: { per_day: 5000 }
review: true
matrix: { axes: { hook: [calm, loud], scene: [1, 2] } }
output: false
`,
      'shop.yaml',
    );
    assert.deepEqual(workflow.template, { file: 'prompt.liquid' });
    assert.deepEqual(workflow.bundle, { name: 'halden', version: 2 });
    assert.deepEqual(workflow.fields, {
      name: { type: 'text', required: true },
      price: { type: 'number', required: true, default: 0 },
    });
    assert.deepEqual(
      [workflow.caps, workflow.review, workflow.publish],
      [{ per_day: 5000 }, true, undefined],
    );
    assert.equal(workflow.matrix?.mode, 'full');
  });

  it('keeps a seed of 0', () => {
    assert.equal(readWorkflow(`${least}\nseed: 0`, 'shop.yaml').seed, 0);
  });
});

describe('a workflow file with faults', () => {
  it('is refused with every fault, by field', () => {
    const message = refused(
      `${least.replace('duration: 5', 'duration: 20').replace("'16:9'", "'4:3'")}\nbrnad: []`,
    );
    assert.match(message, /^shop\.yaml is not a workflow/);
    assert.match(message, /duration: duration must be at most 15 s\./);
    assert.match(message, /aspect_ratio: aspect_ratio must be one of 16:9, 9:16, 1:1\./);
    assert.match(message, /there is no field "brnad"/);
  });

  it('is told where the YAML breaks, and why braces want quotes', () => {
    assert.match(
      refused(least.replace("'{{ name }} turns'", '{{ name }} turns')),
      /neither YAML nor JSON.*line 4.*quotes/s,
    );
  });

  for (const [what, change, why] of [
    ['a duration that is missing', /duration: 5/, /duration: is missing/],
    ['a source without key', /, key: sku/, /source\.key: is missing/],
  ] as const)
    it(`names ${what}`, () => assert.match(refused(least.replace(change, '')), why));

  it('is told the line of each fault, and what a misspelt field may mean', () => {
    const message = refused(`${least}
photo: {}
fields:
  name: { type: txet }
  2nd: text
video:
  - { path: a.mp4, rle: motion }
`);
    assert.match(message, /line 9: there is no field "photo"; do you mean "photos"\?/);
    assert.match(message, /line 11: fields\.name\.type: type must be one of text, number/);
    assert.match(message, /line 12: fields\.2nd: a field is named by letters, digits and _/);
    assert.match(message, /line 14: video\.0: there is no field "rle"; do you mean "role"\?/);
  });

  for (const [what, extra, why] of [
    ['prompt and template', 'template: mug@1', /template: give prompt or template, and not both/],
    ['bundle and brand', 'bundle: b@1\nbrand: [{ path: a.jpg }]', /a bundle stands in place of brand/],
    ['a bundle that is none', 'bundle: b@0', /bundle must be a name with a version, as in bundle@3, or/],
    ['a cron of four parts', "schedule: { cron: '0 6 * *' }", /cron: cron has five parts/],
    ['a place for a time zone', "schedule: { cron: '0 6 * * *', time_zone: Wien }", /must be an IANA name/],
    [
      'a value that nobody has written',
      'matrix: { axes: { hook: { 1: a, 4: null } } }',
      /line \d+: matrix\.axes\.hook: value 4 is open: write it, or take its line out/,
    ],
    [
      'a base that is no value',
      'matrix: { axes: { hook: [a, b] }, base: { hook: c } }',
      /matrix\.base\.hook: "c" is not among the values of the axis: a, b/,
    ],
    ['a cap below nothing', 'caps: { credits: -1 }', /caps\.credits: credits must be at least 0/],
  ] as const)
    it(`cannot have ${what}`, () => assert.match(refused(`${least}\n${extra}`), why));

  it('cannot take references where the endpoint has none', () => {
    assert.match(refused(`${least}\nendpoint: text-to-video`), /text-to-video takes no references/);
    assert.match(
      refused(`${least}\nendpoint: image-to-video\nbrand: [{ path: a.jpg }]`),
      /takes the first photo and nothing else/,
    );
    assert.match(refused(least.replace(/photos:.*\n/, '')), /needs at least one image or video/);
  });

  it('names the reference that has path and url, or neither', () => {
    assert.match(refused(`${least}\nbrand: [{ role: style }]`), /brand\.0: give path or url, and not both/);
    assert.match(
      refused(`${least}\naudio: [{ path: a.m4a, role: melody }]`),
      /audio\.0\.role: role must be one of product/,
    );
  });
});
