import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { createFileHashes } from '../../batch/file-hashes.ts';
import { createReferenceHashes } from '../../batch/freshness.ts';
import { writeLock } from '../../batch/lock-file.ts';
import { openLock } from '../../batch/open-lock.ts';
import { readWorkflow } from '../../batch/workflow.ts';
import { bundlePart, promptPart } from '../../batch/workflow-parts.ts';
import type { Client } from '../../client/index.ts';
import { readConfig } from '../../config.ts';
import { AppError } from '../../domain/errors.ts';
import type { Invocation } from '../command.ts';
import { NotMade } from '../exit-codes.ts';
import { inspectUrls } from '../inspect-url.ts';
import { readText } from '../read-file.ts';
import { writeAtomically } from '../write-atomically.ts';

/** Reads everything that a workflow's lock and file name, as it is now, and writes that down as accepted. */
export async function acceptDrift(
  { output, env, signal }: Invocation,
  client: Client,
  file: string,
): Promise<void> {
  const folder = dirname(resolve(file));
  const workflow = readWorkflow(await readText(file), file);
  const { path, lock } = await openLock(file);
  const place = { folder, stored: client, signal };
  const prompt = await promptPart(workflow, place);
  const { shared, bundle, hash } = await bundlePart(workflow, place);
  const hashes = createReferenceHashes({
    policy: 'bytes',
    lock,
    inspect: inspectUrls(readConfig(env).trustedOrigins),
    now: () => new Date(),
    signal,
    acceptDrift: true,
  });
  const known: Parameters<typeof createFileHashes>[0]['known'] = new Map();
  const fileHash = createFileHashes({ known, now: Date.now });
  const dead: string[] = [];
  const look = async (url: string, kind: 'image' | 'video' | 'audio') => {
    try {
      await hashes.ofUrl(url, kind);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      dead.push(error.message);
    }
  };
  const sharedUrls = shared.flatMap(({ at, kind }) => ('url' in at ? [{ url: at.url, kind }] : []));
  const others = [...lock.urls.keys()].filter((url) => !sharedUrls.some((one) => one.url === url));
  await Promise.all([
    ...sharedUrls.map(({ url, kind }) => look(url, kind)),
    // What is not shared came from rows, whose URLs are pictures.
    ...others.map((url) => look(url, 'image')),
  ]);
  lock.files.clear();
  for (const { at } of shared)
    if ('path' in at) {
      const sha256 = await fileHash(at.path);
      const { length: bytes } = await readFile(at.path);
      lock.files.set(relative(folder, at.path).replaceAll('\\', '/'), { sha256, bytes });
    }
  lock.templates = new Map(entry(prompt.template, prompt.hash));
  lock.bundles = new Map(entry(bundle, hash));
  await writeAtomically(path, writeLock(lock));
  output.data({
    lock: path,
    accepted: hashes.drifts.map(({ url, locked, found }) => ({ url, from: locked.sha256, to: found.sha256 })),
    unreachable: dead,
  });
  for (const { url, locked, found } of hashes.drifts)
    output.line(
      `  ${output.style.careful('changed')}  ${url}  ${locked.sha256.slice(0, 8)} → ${found.sha256.slice(0, 8)}`,
    );
  output.line(
    `${output.style.good('✓')} ${relative('', path)}: ${lock.urls.size} URLs, ${lock.files.size} files; ${hashes.drifts.length} changes accepted`,
  );
  if (dead.length > 0) throw new NotMade(`${dead.length} URLs cannot be had:\n  ${dead.join('\n  ')}`);
}

const entry = (name: string | null, hash: string | undefined): [string, string][] =>
  name === null || hash === undefined ? [] : [[name, hash]];
