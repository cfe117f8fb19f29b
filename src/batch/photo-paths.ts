import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import type { Workflow } from './workflow.ts';

/** Where paths of photos begin, and where they may lead. */
export interface PhotoPaths {
  /** Absolute. */
  from: string;
  /** Folders, absolute; none where a row may name addresses only. */
  within: readonly string[];
}

/**
 * Whoever fills a feed or a table on another machine must not name files of whoever runs the workflow: such rows may name
 * paths only below `photos.folder`, where the workflow has one. A table that is a file here may name those beside it and
 * those of the workflow's folder. `folder` is the workflow's own; where it has none, as on a server, there are no paths.
 */
export function photoPathsOf({ source, photos }: Workflow, folder: string | undefined): PhotoPaths {
  if (folder === undefined) return { from: '/', within: [] };
  if (photos?.folder !== undefined) {
    const from = resolve(folder, photos.folder);
    return { from, within: [from] };
  }
  if (source === undefined) return { from: folder, within: [folder] };
  if (!('path' in source) || typeof source.path !== 'string') return { from: folder, within: [] };
  const from = dirname(resolve(folder, source.path));
  return { from, within: [...new Set([folder, from])] };
}

/** The absolute path of a photo. Throws an AppError for one that leads elsewhere. */
export function photoPath({ from, within }: PhotoPaths, place: string, column: string): string {
  const path = resolve(from, place);
  if (within.some((folder) => isInside(folder, path))) return path;
  const hint = 'Give an address; or say with photos.folder below which folder paths are.';
  if (within.length === 0)
    throw new AppError(
      'invalid_request',
      `column "${column}" names the file ${place}, and rows from another machine may name none of this one.`,
      { hint },
    );
  throw new AppError(
    'invalid_request',
    `column "${column}" names ${place}, which lies outside of ${within.join(' and ')}.`,
    { hint },
  );
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
