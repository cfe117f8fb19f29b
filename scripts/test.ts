// The whole suite: the checks first, then every test beside its file. Names given narrow it: npm test -- src/store
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { runChecks } from './check.ts';

const wanted = process.argv.slice(2);

if (wanted.length === 0 && !(await runChecks())) process.exit(1);

const files = globSync('{src,test,scripts}/**/*.test.ts').filter(
  (file) => wanted.length === 0 || wanted.some((name) => file.includes(name)),
);
if (files.length === 0) {
  process.stderr.write(`no test file matches ${wanted.join(', ')}\n`);
  process.exit(1);
}
// The longest begin first, so that none is left to run alone at the end.
const isJourney = (file: string) => file.startsWith('test');
const journeysFirst = (a: string, b: string) =>
  Number(isJourney(b)) - Number(isJourney(a)) || a.localeCompare(b);

// Every test file is a process, and many start others: each source is stripped of its types and compiled once for all.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/kinora-tests');

// By name, since the types do not know globalSetupPath yet.
const options = {
  files: files.sort(journeysFirst),
  concurrency: 2,
  timeout: 120_000,
  globalSetupPath: 'test/global-setup.ts',
};
const tests = run(options);
tests.on('test:fail', () => {
  process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
