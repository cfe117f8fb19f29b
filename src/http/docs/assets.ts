import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { viewerProgram } from './viewer-program.ts';

export interface Asset {
  bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed; absent for what is compressed already. */
  gzipped: Uint8Array<ArrayBuffer> | undefined;
  contentType: string;
  /** Of its content, so that a browser may keep it for good. */
  hash: string;
}

const { resolve } = createRequire(import.meta.url);
const ours = (name: string) => readFile(new URL(`./assets/${name}`, import.meta.url));

const css = 'text/css; charset=utf-8';
const javascript = 'text/javascript; charset=utf-8';

/** Everything that pages load, by name: it all comes from here, nothing from anywhere else. */
const sources = {
  'docs.css': { read: () => ours('docs.css'), contentType: css },
  'docs.js': { read: () => ours('docs.js'), contentType: javascript },
  'consent.css': { read: () => ours('consent.css'), contentType: css },
  'consent.js': { read: () => ours('consent.js'), contentType: javascript },
  'reference.css': { read: () => ours('reference.css'), contentType: css },
  'reference.js': { read: () => ours('reference.js'), contentType: javascript },
  'viewer.js': { read: viewerProgram, contentType: javascript },
  'mark.svg': { read: () => ours('mark.svg'), contentType: 'image/svg+xml' },
  'inter.woff2': {
    read: () => readFile(resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')),
    contentType: 'font/woff2',
  },
} as const satisfies Record<string, { read(): Promise<Buffer>; contentType: string }>;

export type AssetName = keyof typeof sources;

const loaded = new Map<AssetName, Promise<Asset>>();

export const isAsset = (name: string): name is AssetName => Object.hasOwn(sources, name);

/** Read on first use, then kept. */
export function asset(name: AssetName): Promise<Asset> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const loading = load(name);
  loaded.set(name, loading);
  loading.catch(() => loaded.delete(name));
  return loading;
}

/** The path of an asset, which changes with its content. */
export async function assetPath(name: AssetName): Promise<string> {
  return `/docs/assets/${name}?v=${(await asset(name)).hash}`;
}

async function load(name: AssetName): Promise<Asset> {
  const { read, contentType } = sources[name];
  const bytes = await read();
  return {
    bytes: new Uint8Array(bytes),
    gzipped: contentType.startsWith('font/') ? undefined : new Uint8Array(await promisify(gzip)(bytes)),
    contentType,
    hash: createHash('sha256').update(bytes).digest('hex').slice(0, 12),
  };
}
