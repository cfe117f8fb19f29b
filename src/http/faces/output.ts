import { extname } from 'node:path';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import type { Links } from '../links.ts';

/** The finished video of a generation. */
export interface OutputFile {
  fileId: string;
  posterFileId: string;
  facts: MediaFacts & { sizeBytes: number };
  /** Absolute, signed: whoever has it may read the file for a day. */
  url: string;
  name: string;
}

/** Undefined unless it is complete, and after its video was deleted. */
export function outputOf(row: GenerationRow, links: Links): OutputFile | undefined {
  const { outputFileId: fileId, posterFileId, outputFacts: facts, deletedAt } = row;
  if (fileId === null || posterFileId === null || facts === null || deletedAt !== null) return undefined;
  const url = links.contentUrl({ id: fileId, contentType: facts.contentType });
  return { fileId, posterFileId, facts, url, name: `${row.id}${extname(new URL(url).pathname)}` };
}
