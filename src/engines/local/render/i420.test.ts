import assert from 'node:assert/strict';
import { test } from 'node:test';
import { i420Bytes, writeI420 } from './i420.ts';

// Rec. ITU-R BT.709, 8 bits, limited range.
for (const [name, rgb, yuv] of [
  ['white', [255, 255, 255], [235, 128, 128]],
  ['black', [0, 0, 0], [16, 128, 128]],
  ['grey', [128, 128, 128], [126, 128, 128]],
  ['red', [255, 0, 0], [63, 102, 240]],
  ['green', [0, 255, 0], [173, 42, 26]],
  ['blue', [0, 0, 255], [32, 240, 118]],
] as const)
  test(`writes ${name} as BT.709 has it`, () => {
    const rgba = new Uint8Array(Array.from({ length: 16 }, () => [...rgb, 255]).flat());
    const out = new Uint8Array(i420Bytes(4, 4));
    writeI420(rgba, 4, 4, out);
    for (const [at, expected] of [
      [0, yuv[0]],
      [15, yuv[0]],
      [16, yuv[1]],
      [19, yuv[1]],
      [20, yuv[2]],
      [23, yuv[2]],
    ] as const)
      assert.ok(Math.abs((out[at] ?? 0) - expected) <= 1, `byte ${at}: ${out[at]}, not ${expected}`);
  });
