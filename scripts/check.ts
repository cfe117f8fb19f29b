// Everything that can be known without running: format, lint, import zones, types, dead exports.
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const checks = {
  'format and lint': ['biome', 'check', '--error-on-warnings', '.'],
  'import zones': ['depcruise', 'src', 'scripts', 'test', 'bench', '--config', '.dependency-cruiser.js'],
  types: ['tsc', '--noEmit', '-p', '.'],
  'dead exports': ['knip'],
} as const;

/** Runs them side by side, prints a line each and the words of those that failed. True if all passed. */
export async function runChecks(): Promise<boolean> {
  const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
  return results.every((passed) => passed);
}

function run(name: string, [tool, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(`node_modules/.bin/${tool}`, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => {
      output += error.message;
    });
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(`${output.trim()}\n`);
      resolve(code === 0);
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = (await runChecks()) ? 0 : 1;
