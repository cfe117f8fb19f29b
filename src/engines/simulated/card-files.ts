import { randomBytes } from 'node:crypto';
import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Media } from '../../media/media.ts';
import { type Card, writeTestCard } from './test-card.ts';

/** Test cards as files in a folder; each is made once, one at a time. Several processes may share a folder. */
export interface CardFiles {
  pathOf(card: Card): Promise<string>;
}

export function createCardFiles(options: { media: Pick<Media, 'encode'>; folder: string }): CardFiles {
  const { media, folder } = options;
  const making = new Map<string, Promise<string>>();
  let last: Promise<unknown> = Promise.resolve();

  async function make(card: Card, path: string): Promise<string> {
    if (await exists(path)) return path;
    await mkdir(folder, { recursive: true });
    const draft = join(folder, `${randomBytes(6).toString('hex')}.mp4`);
    await writeTestCard(media, { path: draft, card });
    await rename(draft, path);
    return path;
  }

  return {
    pathOf(card) {
      const path = join(folder, `${card.width}x${card.height}-${card.seconds}s-${card.sound}.mp4`);
      const begun = making.get(path);
      if (begun !== undefined) return begun;
      const made = last.then(() => make(card, path));
      last = made.catch(() => {});
      making.set(path, made);
      const forget = () => making.delete(path);
      made.then(forget, forget);
      return made;
    },
  };
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
