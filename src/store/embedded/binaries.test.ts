import assert from 'node:assert/strict';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AppError } from '../../domain/errors.ts';
import { packagedNative, prepareBinaries, removeOldBinaries } from './binaries.ts';
import { giveTo, serverUserFor } from './user.ts';

/** The package as npm unpacks it with install scripts off, that is without its links, and an area beside it. */
async function withoutLinks(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-binaries-'));
  t.after(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  const area = join(folder, 'area');
  await mkdir(area, { mode: 0o700 });
  const user = serverUserFor(undefined);
  await giveTo(user, area);
  const packaged = await packagedNative();
  const native = join(folder, 'package', 'native');
  await cp(join(packaged, '..', 'package.json'), join(folder, 'package', 'package.json'));
  await cp(packaged, native, {
    recursive: true,
    // The share folder is large and no program needs it to say its version.
    filter: async (source) => source !== join(packaged, 'share') && (await isNoLink(source)),
  });
  return { native, location: { area, user, reason: 'a test', exists: true } };
}

const isNoLink = async (path: string) => !(await lstat(path)).isSymbolicLink();

test('makes the links that npm did not make', async (t) => {
  const { native, location } = await withoutLinks(t);
  await assert.rejects(stat(join(native, 'lib', 'libpq.so.5')), { code: 'ENOENT' });
  const binaries = await prepareBinaries(location, native);
  assert.deepEqual(binaries, { directory: native, version: '18.4', major: 18 });
  assert((await stat(join(native, 'lib', 'libpq.so.5'))).isFile());
});

test('runs a copy, made once, where the package cannot be run', async (t) => {
  const { native, location } = await withoutLinks(t);
  await chmod(join(native, 'bin', 'initdb'), 0o644);
  const binaries = await prepareBinaries(location, native);
  assert.match(binaries.directory, /\/area\/binaries-18\./);
  const { ino } = await stat(join(binaries.directory, 'bin', 'initdb'));
  assert.deepEqual(await prepareBinaries(location, native), binaries);
  assert.equal((await stat(join(binaries.directory, 'bin', 'initdb'))).ino, ino);
  assert.deepEqual(await readdir(location.area), [basename(binaries.directory)]);
});

test('says what is wrong where no copy helps either', async (t) => {
  const { native, location } = await withoutLinks(t);
  await rm(join(native, 'lib', 'libicuuc.so.60.2'));
  await assert.rejects(prepareBinaries(location, native), (error: unknown) => {
    assert(error instanceof AppError);
    assert.match(error.message, /cannot run on this machine: .*libicuuc\.so\.60/s);
    assert.match(error.hint ?? '', /DATABASE_URL/);
    return true;
  });
});

test('removes the copies of other versions only', async (t) => {
  const { location } = await withoutLinks(t);
  const names = ['binaries-1', 'binaries-2', 'unfinished-binaries-x', 'cluster'];
  for (const name of names) await mkdir(join(location.area, name));
  await removeOldBinaries(location.area, join(location.area, 'binaries-2'));
  assert.deepEqual((await readdir(location.area)).sort(), ['binaries-2', 'cluster']);
});
