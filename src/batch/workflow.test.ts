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
