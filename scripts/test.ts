// The whole suite: the checks first, then every test beside its file. Names given narrow it: npm test -- src/store
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
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
const runner = spawn(
  process.execPath,
  [
    '--test',
    '--test-global-setup=test/global-setup.ts',
    '--test-concurrency=2',
    '--test-timeout=120000',
    ...files.sort(journeysFirst),
  ],
  { stdio: 'inherit' },
);
runner.on('exit', (code) => process.exit(code ?? 1));
