import assert from 'node:assert/strict';
import test from 'node:test';
import { cleanText, inCapitals } from './clean-text.ts';

test('composes letters and drops what draws nothing, joiners apart', () => {
  assert.equal(cleanText('Cafe\u0301\u00ad \u202eevil\u202c \ufeffx\u0007'), 'Café evil x');
  assert.equal(cleanText('क्\u200dष'), 'क्\u200dष');
  assert.equal(cleanText('a\ud800b'), 'ab');
});

test('keeps quotes, no-break spaces and line ends, but no empty lines', () => {
  assert.equal(cleanText('  “a”\u00a0\t b \r\n\r\n c\u2028d '), '“a”\u00a0 b\nc\nd');
  assert.equal(cleanText('40\u202fh'), '40\u00a0h');
});

test('makes capitals as a sign writer does', () => {
  assert.equal(inCapitals('Straße'), 'STRAẞE');
  assert.equal(inCapitals('Νέα άφιξη'), 'ΝΕΑ ΑΦΙΞΗ');
});
