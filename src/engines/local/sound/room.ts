import { type Sound, soundRate } from '../../../media/media.ts';

/** Delays that share no factor, in samples: 21 to 56 ms. Even ones sound left, odd ones right. */
const delays = [1_031, 1_193, 1_367, 1_549, 1_787, 2_039, 2_351, 2_677];

/**
 * What a room answers to a sound, without the sound itself; as long as the sound. Eight delays feed back into each
 * other through a Householder matrix (Jot and Chaigne, "Digital delay networks for designing artificial
 * reverberators", AES 1991). `decaySeconds` is the time to -60 dB, `darkness` from 0 to 1 what walls take of the treble.
 */
export function roomAnswer(
  { left, right }: Sound,
  { decaySeconds, darkness }: { decaySeconds: number; darkness: number },
): Sound {
  const lines = delays.map((delay) => new Float32Array(delay));
  const gains = delays.map((delay) => 10 ** ((-3 * delay) / (decaySeconds * soundRate)));
  const places = new Int32Array(delays.length);
  const held = new Float64Array(delays.length);
  const outputs = new Float64Array(delays.length);
  const answer = { left: new Float32Array(left.length), right: new Float32Array(left.length) };
  for (let index = 0; index < left.length; index++) {
    let sum = 0;
    for (let line = 0; line < 8; line++) {
      const raw = lines[line]?.[places[line] ?? 0] ?? 0;
      const dull = (held[line] ?? 0) * darkness + raw * (1 - darkness);
      held[line] = dull;
      const output = dull * (gains[line] ?? 0);
      outputs[line] = output;
      sum += output;
    }
    answer.left[index] =
      0.35 * ((outputs[0] ?? 0) - (outputs[2] ?? 0) + (outputs[4] ?? 0) - (outputs[6] ?? 0));
    answer.right[index] =
      0.35 * ((outputs[1] ?? 0) - (outputs[3] ?? 0) + (outputs[5] ?? 0) - (outputs[7] ?? 0));
    for (let line = 0; line < 8; line++) {
      const place = places[line] ?? 0;
      const input = (line % 2 === 0 ? left[index] : right[index]) ?? 0;
      const buffer = lines[line];
      if (buffer === undefined) continue;
      buffer[place] = input + (outputs[line] ?? 0) - 0.25 * sum;
      places[line] = place + 1 === buffer.length ? 0 : place + 1;
    }
  }
  return answer;
}
