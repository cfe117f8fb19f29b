// The whole suite: every test beside its file, and the checks with what processor time tests that wait leave them.
// Names given narrow it to the tests of some files: npm test -- src/store
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { runChecks } from './check.ts';

const wanted = process.argv.slice(2);

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
const checks = wanted.length === 0 ? runChecks({ idly: true }) : true;
const tests = run(options);
tests.on('test:fail', () => {
  process.exitCode = 1;
});
tests.compose(new spec()).pipe(process.stdout);
if (!(await checks)) {
  process.exitCode = 1;
  process.on('exit', () => process.stderr.write('A check failed: see the line that begins with FAIL.\n'));
}
