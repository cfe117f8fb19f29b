import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface InstalledPeers {
  /** Holds `node_modules`. */
  folder: string;
  /** The headless Chromium that came with them. */
  browser: string;
}

const manifest = fileURLToPath(new URL('package.json', import.meta.url));
const defaultFolder = fileURLToPath(new URL('../../.kinora/bench-peers/', import.meta.url));

/**
 * Installs the peers into a folder of their own, once for each version of their manifest. Nothing of them enters
 * Kinora's own dependencies, and none of their install scripts runs. `say` hears what is going on.
 */
export async function installPeers(options: {
  folder?: string;
  say: (text: string) => void;
}): Promise<InstalledPeers> {
  const folder = options.folder ?? defaultFolder;
  const peers = { folder, browser: join(folder, 'browser', 'chromium') };
  const wanted = await readFile(manifest, 'utf8');
  if ((await readFile(join(folder, 'installed.json'), 'utf8').catch(() => '')) === wanted) return peers;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `The peers of the benchmark run on Linux x64 only; this is ${process.platform} ${process.arch}.`,
    );
  options.say(`Installing the peers of the benchmark into ${folder} (some 500 MB, from the npm registry) …`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'browser'), { recursive: true });
  await copyFile(manifest, join(folder, 'package.json'));
  await run(npmInstall, { folder, env: process.env });
  await unpackBrowser(peers);
  // Written last: a folder without it is half done.
  await copyFile(manifest, join(folder, 'installing.json'));
  await rename(join(folder, 'installing.json'), join(folder, 'installed.json'));
  return peers;
}

const npmInstall = [
  ...['npm', 'install', '--ignore-scripts', '--omit=dev'],
  ...['--no-package-lock', '--no-audit', '--no-fund'],
];

// It unpacks itself into the folder for temporary files, whatever that is.
async function unpackBrowser({ folder, browser }: InstalledPeers): Promise<void> {
  const program = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
  const env = { ...process.env, TMPDIR: join(folder, 'browser') };
  await run([process.execPath, '--input-type=module', '--eval', program], { folder, env });
  await run([browser, '--version'], { folder, env });
}

async function run(
  [file = '', ...args]: readonly string[],
  { folder, env }: { folder: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said = (said + text).slice(-4_000);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`The peers of the benchmark cannot be installed: ${file} ended with ${code}.\n${said}`);
}
