import { rename, rm, writeFile } from 'node:fs/promises';
import { allOf } from './child-answers.ts';
import { jpegScale } from './filters.ts';
import { mostPixels, readingLimits } from './limits.ts';
import type { Bitmap } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { withChild } from './start-child.ts';

export async function encodeStill(
  tools: MediaTools,
  { width, height, data }: Bitmap,
  { path, quality }: { path: string; quality: number },
): Promise<void> {
  if (data.length !== width * height * 4 || width < 1 || height < 1 || width * height > mostPixels)
    throw new RangeError(`A bitmap of ${width} x ${height} with ${data.length} bytes cannot be made a JPEG.`);
  jpegScale(quality);
  const command = tools.backend.command({ task: 'still', width, height, quality });
  const { answer, ending } = await withChild(tools, { command, limits: readingLimits }, (child) => {
    child.stdin.end(onWhite(data));
    return allOf(child.stdout, width * height * 8 + 65_536);
  });
  if (ending.status === 'failed' || answer.length === 0)
    throw new Error(
      `The picture ${path} could not be encoded: ${ending.said.trim() || 'the child said nothing'}`,
    );
  const unfinished = `${path}.unfinished`;
  try {
    await writeFile(unfinished, answer);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

// A JPEG cannot be transparent.
function onWhite(rgba: Buffer): Buffer {
  const opaque = Buffer.from(rgba);
  for (let at = 0; at < opaque.length; at += 4) {
    const alpha = opaque.readUInt8(at + 3);
    if (alpha === 255) continue;
    for (let channel = at; channel < at + 3; channel++)
      opaque.writeUInt8(Math.round((opaque.readUInt8(channel) * alpha + 255 * (255 - alpha)) / 255), channel);
    opaque.writeUInt8(255, at + 3);
  }
  return opaque;
}
