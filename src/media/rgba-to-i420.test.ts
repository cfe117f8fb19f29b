import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rgbaToI420 } from './rgba-to-i420.ts';

const filled = (red: number, green: number, blue: number) => {
  const rgba = Buffer.alloc(2 * 2 * 4);
  for (let at = 0; at < rgba.length; at += 4) rgba.set([red, green, blue, 255], at);
  return rgba;
};

const colours: [name: string, rgb: [number, number, number], yuv: [number, number, number]][] = [
  ['black', [0, 0, 0], [16, 128, 128]],
  ['white', [255, 255, 255], [235, 128, 128]],
  ['red', [255, 0, 0], [63, 102, 240]],
  ['green', [0, 255, 0], [173, 42, 26]],
  ['blue', [0, 0, 255], [32, 240, 118]],
];

for (const [name, rgb, [y, u, v]] of colours)
  test(`writes ${name} as BT.709 has it`, () => {
    assert.deepEqual([...rgbaToI420(filled(...rgb), 2, 2)], [y, y, y, y, u, v]);
  });
