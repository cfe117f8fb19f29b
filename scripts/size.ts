// How much of a page or an edge worker the SDK takes: npm run size
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is measured, and the most that it may take: bytes after gzip. */
const bundles = [
  { what: 'createUploader, for a page', names: '{ createUploader }', most: 4 * 1024 },
  { what: 'createClient, with all its calls', names: '{ createClient }', most: 8 * 1024 },
  { what: 'everything that kinora/client exports', names: '*', most: 10 * 1024 },
];

export interface Size {
  what: string;
  bytes: number;
  gzipBytes: number;
  most: number;
}

/** Bundles for browsers, minifies and compresses, as a page would be built. */
export function measureClient(): Promise<Size[]> {
  return Promise.all(
    bundles.map(async ({ what, names, most }) => {
      const contents = `export ${names} from './src/client/index.ts'`;
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: root, loader: 'ts' },
        bundle: true,
        minify: true,
        format: 'esm',
        platform: 'browser',
        target: 'es2022',
        write: false,
        logLevel: 'silent',
        absWorkingDir: root,
      });
      const code = outputFiles[0]?.contents ?? new Uint8Array();
      const gzipBytes = gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length;
      return { what, bytes: code.length, gzipBytes, most };
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const { what, bytes, gzipBytes, most } of await measureClient()) {
    const tooLarge = gzipBytes > most;
    process.stdout.write(
      `${what}: ${bytes} bytes, gzipped ${gzipBytes}${tooLarge ? `, which is more than ${most}` : ''}\n`,
    );
    if (tooLarge) process.exitCode = 1;
  }
