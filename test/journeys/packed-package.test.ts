import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { build as bundle } from 'esbuild';
import { build } from '../../scripts/build.ts';
import { measureClient } from '../../scripts/size.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';

const root = join(import.meta.dirname, '..', '..');
const tools = join(root, 'node_modules', '.bin');
const folder = await mkdtemp(join(tmpdir(), 'kinora-packed-'));
after(() => rm(folder, { recursive: true, force: true }));

const execute = promisify(execFile);

const run = async (program: string, args: string[], cwd = folder): Promise<string> => {
  const { stdout, stderr } = await execute(program, args, { cwd, env: cleanEnvironment() }).catch((error) =>
    assert.fail(`${program} ${args.join(' ')}:\n${error.stdout}\n${error.stderr}`),
  );
  return `${stdout}${stderr}`;
};

let tarball: string;

before(async () => {
  await build();
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
  tarball = join(folder, (JSON.parse(packed) as { filename: string }[])[0]?.filename ?? '');
  // By a lockfile that knows of no other package: whatever the SDK leaned on would be missing.
  const version = /-(\d[^-]*)\.tgz$/.exec(tarball)?.[1];
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
  const project = {
    name: 'empty',
    version: '1.0.0',
    type: 'module',
    dependencies: { kinora: `file:${tarball}` },
  };
  const lock = {
    name: 'empty',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': project,
      'node_modules/kinora': { version, resolved: `file:${tarball}`, integrity },
    },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await run('npm', ['ci', '--offline', '--ignore-scripts', '--no-audit', '--no-fund']);
});

describe('the packed package', { concurrency: true }, () => {
  it('is imported by an empty project, which has nothing else', async () => {
    const program = `
      import { createClient } from 'kinora/client';
      import * as main from 'kinora';
      import manifest from 'kinora/package.json' with { type: 'json' };
      const client = createClient({ baseUrl: 'http://localhost:1', key: 'kin_test_x', giveUpAfterMs: 0 });
      const code = await client.credits.get().catch((error) => error.code);
      console.log(code, main.createClient === createClient, manifest.name);`;
    await writeFile(join(folder, 'program.js'), program);
    assert.equal(await run(process.execPath, ['program.js']), 'unreachable true kinora\n');
  });

  it('has types that need no other package', async () => {
    const program = `
      import { createClient, type Generation, KinoraError } from 'kinora/client';
      const client = createClient({ baseUrl: 'http://localhost:4700' });
      export async function ids(): Promise<string[]> {
        const made: Generation[] = [];
        for await (const generation of client.generations.list({ status: 'failed' })) made.push(generation);
        // @ts-expect-error: there is no such ratio
        await client.textToVideo.submit({ prompt: 'a mug', duration: 5, aspect_ratio: '4:3' });
        return made.map(({ id }) => id);
      }
      export const isRefusal = (error: unknown) => error instanceof KinoraError && error.code === 'not_found';`;
    await writeFile(join(folder, 'program.ts'), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--lib', 'es2024,dom,dom.iterable'];
    assert.equal(await run(join(tools, 'tsc'), [...options, 'program.ts']), '');
  });

  it('runs in a page: uploads with a token, refuses a key', async () => {
    const contents = `export { createClient, createUploader } from 'kinora/client'`;
    const { outputFiles } = await bundle({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: 'iife',
      globalName: 'kinora',
      platform: 'browser',
      write: false,
    });
    const sent: Request[] = [];
    const page = createContext({
      // What a page has; nothing of Node.
      ...{
        URL,
        URLSearchParams,
        Blob,
        File,
        FormData,
        Response,
        Headers,
        ReadableStream,
        TextEncoder,
        TextDecoder,
      },
      ...{ AbortSignal, AbortController, DOMException, crypto, setTimeout, clearTimeout, atob },
      document: {},
      fetch: async (input: string, init: RequestInit) => {
        sent.push(new Request(input, init));
        return Response.json({ id: 'file_1' });
      },
    });
    runInContext('globalThis.window = globalThis', page);
    runInContext(outputFiles[0]?.text ?? '', page);
    const uploading = `kinora.createUploader({ baseUrl: 'http://localhost:1', token: 'kin_upload_x' })
      .upload(new File(['bytes'], 'me.jpg'))`;
    assert.equal((await runInContext(uploading, page)).id, 'file_1');
    assert.equal(sent[0]?.headers.get('authorization'), 'Bearer kin_upload_x');
    const keyed = (options: string) => () =>
      runInContext(`kinora.createClient({ baseUrl: 'http://localhost:1' ${options} })`, page);
    assert.throws(keyed(`, key: 'kin_live_x'`), { code: 'key_in_page' });
    keyed('')();
  });

  it('is clean for publint', async () => {
    assert.match(await run(join(tools, 'publint'), ['run', tarball, '--strict']), /All good!/);
  });

  it('is clean for arethetypeswrong', async () => {
    const said = await run(join(tools, 'attw'), [
      tarball,
      '--profile',
      'esm-only',
      '--no-color',
      '--no-emoji',
    ]);
    assert.match(said, /"kinora\/client" +│ OK \(ESM\) +│ OK/);
  });
});

it('the client stays small', async (t) => {
  for (const { what, gzipBytes, most } of await measureClient()) {
    t.diagnostic(`${what}: ${gzipBytes} bytes gzipped`);
    assert.ok(gzipBytes <= most, `${what} has ${gzipBytes} bytes, more than ${most}`);
  }
});
