import type { BytesOfFile } from './bytes-of-file.ts';
import { boxesIn, contentOf } from './mp4-boxes.ts';
import { type Upright, uprightByTurns } from './upright.ts';

const mostHeaderBytes = 1_000_000;

type AvifPicture = { status: 'plain'; upright: Upright } | { status: 'unreadable'; reason: string };

/**
 * How an AVIF must be turned. Tiles and a transparency layer are pictures of their own inside the file, which
 * the decoder would drop without a word; such a file is refused instead.
 */
export async function readAvifPicture(file: BytesOfFile): Promise<AvifPicture> {
  const header = await file.read(0, mostHeaderBytes);
  const meta = contentOf(header, boxesIn(header), 'meta');
  if (meta === undefined) return { status: 'unreadable', reason: 'it is an AVIF without a picture' };
  // `meta` and `iinf` begin with four bytes of version and flags.
  const inMeta = boxesIn(meta, 4);
  const items = contentOf(meta, inMeta, 'iinf') ?? Buffer.alloc(0);
  if (boxesIn(items, 6).some(({ start }) => items.toString('latin1', start + 8, start + 12) === 'grid'))
    return { status: 'unreadable', reason: 'it is an AVIF image in tiles, which are not opened here' };
  const properties = contentOf(meta, inMeta, 'iprp') ?? Buffer.alloc(0);
  const list = contentOf(properties, boxesIn(properties), 'ipco') ?? Buffer.alloc(0);
  if (
    boxesIn(list).some(
      ({ type, start, end }) => type === 'auxC' && list.toString('latin1', start, end).includes('alpha'),
    )
  )
    return {
      status: 'unreadable',
      reason: 'it is an AVIF image with transparency, which is not opened here',
    };
  const turns = contentOf(list, boxesIn(list), 'irot')?.[0] ?? 0;
  const mirror = contentOf(list, boxesIn(list), 'imir')?.[0];
  const axis = mirror === undefined ? undefined : (mirror & 1) === 1 ? 'sides' : 'top';
  return { status: 'plain', upright: uprightByTurns(turns & 3, axis) };
}
