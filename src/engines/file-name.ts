import { basename } from 'node:path';
import type { ReferenceFile } from '../domain/engine.ts';

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
};

/** How a provider's storage is to call a reference: it says nothing of the owner, and ends as its content asks. */
export const fileName = ({ path, facts }: ReferenceFile): string =>
  `${basename(path).slice(0, 16)}.${extensionOf(facts.contentType)}`;

export const extensionOf = (contentType: string): string => extensions[contentType] ?? 'bin';
