import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filmSettings } from '../../src/media/film-settings.ts';
import type { InstalledPeers } from './install.ts';
import { film, type PeerResult, type SceneAssets, type SceneName } from './scenes.ts';

/** Remotion, bundled and with its browser open, so that several films can be timed one after the other. */
export interface OpenRemotion {
  render(name: SceneName, outPath: string): Promise<PeerResult>;
  close(): Promise<void>;
}

/** The `seconds` of a film begin when the browser is open and end when the file is complete. */
export async function openRemotion(peers: InstalledPeers, assets: SceneAssets): Promise<OpenRemotion> {
  const { bundle, openBrowser, selectComposition, renderMedia } = loadRemotion(peers);
  const home = await mkdtemp(join(tmpdir(), 'kinora-remotion-'));
  const removeHome = () => rm(home, { recursive: true, force: true });
  try {
    const bundling = performance.now();
    const serveUrl = await bundle(await bundleOptions(peers, assets, home));
    const opening = performance.now();
    const browser = await openBrowser('chrome', { browserExecutable: peers.browser, ...quiet });
    const setUp = {
      bundleSeconds: (opening - bundling) / 1_000,
      browserSeconds: (performance.now() - opening) / 1_000,
    };
    const common = { serveUrl, puppeteerInstance: browser, browserExecutable: peers.browser, ...quiet };
    return {
      async render(name, outPath) {
        const composition = await selectComposition({ ...common, id: name });
        const started = performance.now();
        await renderMedia({ ...common, ...likeOurs, composition, outputLocation: outPath });
        const seconds = (performance.now() - started) / 1_000;
        return { frames: film.frames, seconds, setUp };
      },
      async close() {
        await browser.close({ silent: true });
        await removeHome();
      },
    };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

// Everything else is as Remotion would have it.
const likeOurs = {
  codec: 'h264',
  crf: filmSettings.crf,
  x264Preset: filmSettings.preset,
  gopSize: filmSettings.secondsBetweenKeyFrames * film.fps,
  pixelFormat: 'yuv420p',
  colorSpace: 'bt709',
  concurrency: 2,
  muted: true,
  overwrite: true,
};

const quiet = { logLevel: 'error' };

async function bundleOptions(peers: InstalledPeers, assets: SceneAssets, home: string): Promise<Options> {
  const publicDir = await mkdtemp(join(home, 'public-'));
  await copyFile(assets.background, join(publicDir, 'background'));
  await copyFile(assets.cutOut, join(publicDir, 'cut-out'));
  await copyFile(assets.font, join(publicDir, 'font'));
  const modules = join(peers.folder, 'node_modules');
  return {
    entryPoint: fileURLToPath(new URL('remotion-film/index.jsx', import.meta.url)),
    outDir: join(home, 'bundle'),
    rootDir: peers.folder,
    publicDir,
    enableCaching: false,
    webpackOverride: (config: { resolve?: object }) => ({
      ...config,
      resolve: { ...config.resolve, modules: [modules] },
    }),
  };
}

type Options = Record<string, unknown>;

/** As much of Remotion as is used here; its own types are not installed where Kinora's are checked. */
interface Remotion {
  bundle(options: Options): Promise<string>;
  openBrowser(kind: 'chrome', options: Options): Promise<{ close(options: Options): Promise<void> }>;
  selectComposition(options: Options): Promise<object>;
  renderMedia(options: Options): Promise<unknown>;
}

function loadRemotion({ folder }: InstalledPeers): Remotion {
  const load = createRequire(join(folder, 'package.json'));
  const { bundle } = load('@remotion/bundler') as Pick<Remotion, 'bundle'>;
  const renderer = load('@remotion/renderer') as Omit<Remotion, 'bundle'>;
  const { openBrowser, selectComposition, renderMedia } = renderer;
  return { bundle, openBrowser, selectComposition, renderMedia };
}
