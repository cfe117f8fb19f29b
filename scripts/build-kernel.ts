// Compiles src/engines/local/kernel/*.as with AssemblyScript, fetched for the occasion: it is needed only by who changes
// those files, and kernel.wasm is committed. The hash of the sources goes along, so that a test can tell a stale one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const compiler = 'assemblyscript@0.28.20';
const folder = join(import.meta.dirname, '..', 'src', 'engines', 'local', 'kernel');
/** Each a module of its own; the first is the one that exports. */
const sources = ['kernel', 'morph'];
const work = await mkdtemp(join(tmpdir(), 'kinora-kernel-'));
try {
  for (const name of sources) await cp(join(folder, `${name}.as`), join(work, `${name}.ts`));
  const flags =
    '-O3 --converge --noAssert --runtime stub --importMemory --enable simd --enable relaxed-simd --use abort='.split(
      ' ',
    );
  const compiled = spawnSync(
    'npm',
    [
      'exec',
      '--yes',
      `--package=${compiler}`,
      '--',
      'asc',
      'kernel.ts',
      '--outFile',
      'kernel.wasm',
      ...flags,
    ],
    { cwd: work, stdio: ['ignore', 2, 2] },
  );
  if (compiled.status !== 0) process.exit(compiled.status ?? 1);
  const hash = createHash('sha256');
  for (const name of sources) hash.update(await readFile(join(folder, `${name}.as`)));
  const code = await readFile(join(work, 'kernel.wasm'));
  await writeFile(
    join(folder, 'kernel.wasm'),
    Buffer.concat([code, customSection('source-sha256', hash.digest('hex'))]),
  );
  process.stderr.write(`kinora: built kernel.wasm, ${code.length} bytes\n`);
} finally {
  await rm(work, { recursive: true, force: true });
}

/** A section that engines skip (WebAssembly core specification, 5.5.3); both texts are shorter than 128 bytes. */
function customSection(name: string, text: string): Buffer {
  const content = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(text)]);
  return Buffer.concat([Buffer.from([0, content.length]), content]);
}
