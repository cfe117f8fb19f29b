// Runs a script of this repository on any machine with Node >= 18 and npm:
// installs the locked dependencies when they are missing or out of date, then
// hands over to the Node 24 that comes with them. Plain JavaScript on purpose.
// Everything it says goes to standard error; standard output belongs to the script.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.kinora-lock');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const major = Number(process.versions.node.split('.')[0]);
if (major < 18) fail(`Kinora needs Node 18 or newer to start; this is ${process.version}.`);

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('usage: node scripts/bootstrap.js <script> [argument ...]');

install();
run(carriedNode());

/** Installs when the lockfile differs from the one last installed. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing dependencies (first run, or they changed): npm ci …');
  const started = Date.now();
  // The tools are among the development dependencies, Node 24 and the database among the optional ones: NODE_ENV or a
  // person's npm settings must not leave them out.
  const include = ['--include=dev', '--include=optional'];
  const npm = spawnSync('npm', ['ci', ...include, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // The codec is linked into node-av itself; its command-line ffmpeg would be a second download.
    env: { ...process.env, SKIP_FFMPEG: 'true' },
    shell: process.platform === 'win32',
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}. Install npm, then try again.`);
  if (npm.status !== 0)
    fail('npm ci failed; its message is above. Mend that, then run the same command again.');
  writeFileSync(stamp, lock);
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** The Node 24 among the dependencies, or this one if it is new enough. */
function carriedNode() {
  const carried = join(modules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(carried)) return carried;
  if (major >= 24) return process.execPath;
  return fail(
    `no Node 24 is packaged for ${process.platform}-${process.arch}, and this is ${process.version}. Install Node 24 or newer, then try again.`,
  );
}

function run(node) {
  const child = spawn(node, [join(root, script), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: join(modules, '.bin') + delimiter + (process.env.PATH ?? '') },
  });
  // A terminal sends Ctrl-C to both of us; a supervisor signals only this process, so pass it on.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function say(text) {
  process.stderr.write(`kinora: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
