import { writeFile } from 'node:fs/promises';
import { type Sound, soundRate } from './media.ts';

const channels = 2;
const bytesPerSample = 2;

/** Writes a sound as a WAV of 16-bit samples: what every engine can read. */
export async function writeWav(path: string, { left, right }: Sound): Promise<void> {
  const dataBytes = left.length * channels * bytesPerSample;
  const file = Buffer.alloc(44 + dataBytes);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(soundRate, 24);
  file.writeUInt32LE(soundRate * channels * bytesPerSample, 28);
  file.writeUInt16LE(channels * bytesPerSample, 32);
  file.writeUInt16LE(bytesPerSample * 8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  for (let index = 0; index < left.length; index++) {
    file.writeInt16LE(Math.round((left[index] ?? 0) * 32_767), 44 + index * 4);
    file.writeInt16LE(Math.round((right[index] ?? 0) * 32_767), 46 + index * 4);
  }
  await writeFile(path, file, { flag: 'wx', mode: 0o600 });
}
