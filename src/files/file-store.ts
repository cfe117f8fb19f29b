import type { Readable } from 'node:stream';

/** Where bytes live, by their SHA-256. What may read them is decided elsewhere: this knows no accounts. */
export interface FileStore {
  /** Takes over the file at `path`, which must have this hash. Does nothing but remove it if the bytes are here already. */
  keep(sha256: string, path: string): Promise<void>;
  /** Bytes from `start` to `end`, both inclusive. Throws AppError `not_found` if they are gone. */
  read(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** A path on this machine with those bytes, to be read and never written. Throws AppError `not_found` if gone. */
  localPath(sha256: string): Promise<string>;
  remove(sha256: string): Promise<void>;
}
