// Compiles src/ to dist/ and copies what is not TypeScript. Part of packing: Node strips no types below node_modules.
import { spawnSync } from 'node:child_process';
import { cp, glob, mkdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const target = join(root, 'dist');

await rm(target, { recursive: true, force: true });
compile();
let copied = 0;
for await (const file of glob('**/*', { cwd: source })) {
  if (file.endsWith('.ts') || (await stat(join(source, file))).isDirectory()) continue;
  await mkdir(dirname(join(target, file)), { recursive: true });
  await cp(join(source, file), join(target, file));
  copied += 1;
}
process.stderr.write(`kinora: built dist/ (${copied} files copied as they are)\n`);

function compile(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  // Its standard output goes to our standard error: `npm pack --json` prints on the other.
  const done = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
