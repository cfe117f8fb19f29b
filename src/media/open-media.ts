import { resolve } from 'node:path';
import { readAvifPicture } from './avif-picture.ts';
import { withFile } from './bytes-of-file.ts';
import { type Container, type ContainerName, containers } from './containers.ts';
import { readImageHeader } from './image-header.ts';
import type { Source } from './job.ts';
import { leastDecoded, mostPasses } from './limits.ts';
import { type Mp4Index, readMp4Index } from './mp4-boxes.ts';
import { pngExcess } from './png-excess.ts';
import { headBytes, sniff } from './sniff.ts';
import { asStored, type Upright } from './upright.ts';
import { wavShare } from './wav-header.ts';

/** What our own code could tell of a file without decoding anything. */
export interface OpenedMedia {
  source: Source;
  name: ContainerName;
  container: Container;
  upright: Upright;
  /** MP4 and MOV only. */
  index?: Mp4Index;
}

export type Opening = { status: 'opened'; media: OpenedMedia } | { status: 'unreadable'; reason: string };

/** Looks at the first bytes and the headers of a file, and decides whether a child may open it, and as what. */
export async function openMedia(path: string): Promise<Opening> {
  const absolute = resolve(path);
  const found = await withFile<Opening>(absolute, async (file) => {
    const sniffed = sniff(await file.read(0, headBytes));
    if (sniffed.status === 'foreign') return { status: 'unreadable', reason: sniffed.reason };
    const name = sniffed.container;
    const container: Container = containers[name];
    const source = { path: absolute, demuxer: container.demuxer };
    const opened = (upright: Upright, index?: Mp4Index): Opening => ({
      status: 'opened',
      media: { source, name, container, upright, ...(index === undefined ? {} : { index }) },
    });
    if (name === 'jpeg' || name === 'png' || name === 'webp') {
      const { upright, complete, passes = 1 } = await readImageHeader(file, name);
      if (!complete) return cutOff('the end of its picture is missing');
      if (passes > mostPasses)
        return { status: 'unreadable', reason: `its picture is drawn in more than ${mostPasses} passes` };
      const excess = name === 'png' ? await pngExcess(file) : undefined;
      return excess === undefined ? opened(upright) : { status: 'unreadable', reason: excess };
    }
    if (name === 'avif') {
      const picture = await readAvifPicture(file);
      return picture.status === 'plain' ? opened(picture.upright) : picture;
    }
    if (name === 'wav') {
      const share = await wavShare(file);
      return share >= leastDecoded
        ? opened(asStored)
        : cutOff(`only ${Math.floor(share * 100)} % of its sound is there`);
    }
    if (name !== 'mp4' && name !== 'quicktime') return opened(asStored);
    const index = await readMp4Index(file);
    if (index === undefined) return cutOff('its index (moov) is missing');
    if (index.packed)
      return { status: 'unreadable', reason: 'its index is compressed, and such films are not opened here' };
    return opened(index.tracks.find(({ kind }) => kind === 'video')?.upright ?? asStored, index);
  });
  return found.status === 'read' ? found.result : found;
}

const cutOff = (what: string): Opening => ({ status: 'unreadable', reason: `it is cut off: ${what}` });
