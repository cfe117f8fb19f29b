import assert from 'node:assert/strict';
import test from 'node:test';
import { hanStyleOf } from './han-style.ts';

test('tells the national forms of Han characters from the text', () => {
  assert.equal(hanStyleOf('手工陶器，让咖啡更温暖'), 'simplified');
  assert.equal(hanStyleOf('手工陶器，讓咖啡更溫暖'), 'traditional');
  assert.equal(hanStyleOf('静かな音'), 'japanese');
  assert.equal(hanStyleOf('新発売'), 'japanese');
  assert.equal(hanStyleOf('新製品 출시'), 'korean');
  assert.equal(hanStyleOf('Quiet'), 'simplified');
});
