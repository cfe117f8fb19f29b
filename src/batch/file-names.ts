import { createHash } from 'node:crypto';

// Names that Windows gives to devices.
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A file name, without ending, for each key. Readable, safe on every file system, and unlike all others even where
 * case does not count. `keys` are all keys of a source, so that the name of one never depends on which are made.
 */
export function fileNames(keys: readonly string[]): Map<string, string> {
  const plain = new Map(keys.map((key) => [key, key.normalize('NFC').replace(/[^\p{L}\p{N}._-]+/gu, '_')]));
  const counts = new Map<string, number>();
  for (const name of plain.values())
    counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return new Map(
    [...plain].map(([key, name]) => {
      const isOwn = name === key && counts.get(name.toLowerCase()) === 1;
      const isPlain =
        !name.startsWith('.') && !name.endsWith('.') && !reserved.test(name) && cut(name, 100) === name;
      return [key, isOwn && isPlain ? name : withHash(key, name)];
    }),
  );
}

function withHash(key: string, name: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `${cut(name.replace(/^[._]+/, ''), 80)}-${hash}`;
}

// File systems take 255 bytes for a name; ours carry an ending, and one more while they are written.
const mostBytes = 150;

/** The first `most` characters, or fewer: as whole characters within the bytes that a name may have. */
function cut(name: string, most: number): string {
  let kept = '';
  let bytes = 0;
  for (const sign of [...name].slice(0, most)) {
    bytes += Buffer.byteLength(sign);
    if (bytes > mostBytes) break;
    kept += sign;
  }
  return kept;
}
