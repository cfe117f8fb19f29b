import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { fixture } from '../../test/fixtures/media/contract.ts';

const execute = promisify(execFile);

it('keeps the code of children compiled, though those that open foreign files may write nothing', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-compiled-'));
  test.after(() => rm(folder, { recursive: true }));
  const program = `
    import { createMedia } from ${JSON.stringify(new URL('./create-media.ts', import.meta.url).href)};
    const { status } = await createMedia().probe(${JSON.stringify(fixture('mark.webp'))});
    if (status !== 'readable') throw new Error(status);`;
  const kept = async () => {
    const { PATH } = process.env;
    await execute(process.execPath, ['--input-type=module', '--eval', program], {
      env: { PATH, NODE_COMPILE_CACHE: folder },
    });
    const names = await readdir(folder, { recursive: true });
    return Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size]));
  };
  const first = await kept();
  assert.ok(first.length > 50, `${first.length} modules`);
  assert.deepEqual(
    first.filter(([, size]) => size === 0),
    [],
    'no child has tried in vain',
  );
  assert.deepEqual(await kept(), first, 'nothing is left to compile');
});
