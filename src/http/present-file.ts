import type { File } from '../contract/file.ts';
import type { FileRow } from '../store/files.ts';
import type { Links } from './links.ts';

/** A file as the API shows it, with a fresh link. */
export function presentFile(row: FileRow, links: Links): File {
  const { facts } = row;
  return {
    id: row.id,
    object: 'file',
    kind: facts.kind,
    name: row.name,
    content_type: facts.contentType,
    size_bytes: row.sizeBytes,
    width: facts.width ?? null,
    height: facts.height ?? null,
    duration: facts.durationSeconds === undefined ? null : Number(facts.durationSeconds.toFixed(3)),
    url: links.contentUrl({ id: row.id, contentType: facts.contentType }),
    created_at: row.createdAt.toISOString(),
  };
}
