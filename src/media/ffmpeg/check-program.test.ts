import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fixture } from '../../../test/fixtures/media/contract.ts';
import { createMedia } from '../create-media.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-media-'));
});
after(() => rm(folder, { recursive: true }));

async function program(name: string, banner: string, encoders = ' V....D libx264  H.264'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho '${banner}' >&2\necho '${encoders}'\n`);
  await chmod(path, 0o755);
  return path;
}

it('does not blame the files when the program is at fault', {
  skip: process.platform === 'win32',
}, async () => {
  const faults: [path: string, fault: RegExp][] = [
    [
      await program('old', 'ffmpeg version 4.4.2-0ubuntu0 Copyright'),
      /old is FFmpeg 4\.4\.2-0ubuntu0, which is too old/,
    ],
    [await program('other', 'avconv version 12'), /other is not FFmpeg/],
    [
      await program('plain', 'ffmpeg version n7.1 Copyright', ' V....D mpeg4'),
      /plain is an FFmpeg without libx264/,
    ],
  ];
  for (const [ffmpegPath, fault] of faults) {
    const media = createMedia({ ffmpegPath });
    await assert.rejects(media.probe(fixture('mark.webp')), fault);
    await assert.rejects(
      media.encode({ path: join(folder, 'x.mp4'), width: 64, height: 64, fps: 24 }),
      fault,
    );
  }
});

it('says at once when there is no such program', () => {
  assert.throws(
    () => createMedia({ ffmpegPath: '/no/such/ffmpeg' }),
    /There is no program \/no\/such\/ffmpeg/,
  );
});
