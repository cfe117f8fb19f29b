import { inspectBinaries } from './binaries.ts';
import { dataDirectoryOf, dataMajor } from './cluster.ts';
import { locate } from './location.ts';
import { readOwner } from './lock.ts';
import { findPostmaster } from './postmaster.ts';

/** What there is of the embedded server of a home, for a person to read. */
export interface EmbeddedFacts {
  /** Everything of the server is below this directory. It may not exist yet. */
  area: string;
  reason: string;
  dataDirectory: string;
  /** The user id the server runs as; absent where that is the user of this process. */
  serverUid?: number;
  /** The major version that made the data; absent if there is none yet. */
  dataMajor?: string;
  /** `version` is absent if they cannot run yet: the first start then makes a copy in `directory`. */
  binaries: { directory: string; version?: string; reason: string };
  /** The running server, if it is. */
  server?: { pid: number; port: number };
  /** The process that owns the home, if one does. */
  owner?: { pid?: number };
}

/** Looks, and changes nothing. Throws the AppError that a start would throw about the place. */
export async function inspectEmbedded(home: string): Promise<EmbeddedFacts> {
  const location = await locate(home);
  const { area, user, reason, exists } = location;
  const dataDirectory = dataDirectoryOf(area);
  const binaries = await inspectBinaries(location);
  const major = exists ? await dataMajor(area) : undefined;
  const postmaster = major === undefined ? undefined : await findPostmaster(dataDirectory);
  const owner = exists ? await readOwner(area) : undefined;
  return {
    area,
    reason,
    dataDirectory,
    ...(user === undefined ? {} : { serverUid: user.uid }),
    ...(major === undefined ? {} : { dataMajor: major }),
    binaries,
    ...(postmaster === undefined ? {} : { server: { pid: postmaster.pid, port: postmaster.port } }),
    ...(owner === undefined ? {} : { owner }),
  };
}
