// npm run gallery [-- --only NAME …] [--output FOLDER]: films that show everything the embedded engine can do, each with a
// contact sheet, and one page with all of them. Stopped and run again, it makes only what is missing or has changed.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ReferenceFile } from '../src/domain/engine.ts';
import type { Plan } from '../src/domain/plan.ts';
import { planGeneration } from '../src/domain/plan-generation.ts';
import type { Reference } from '../src/domain/request.ts';
import { createLocalEngine } from '../src/engines/local/index.ts';
import { createMedia } from '../src/media/create-media.ts';
import { drawOverview, drawSheet } from './gallery/contact-sheet.ts';
import { galleryPage } from './gallery/page.ts';
import { type Show, shows } from './gallery/shows.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    output: { type: 'string', default: join(root, 'out', 'gallery') },
  },
});
const unknown = values.only.filter((name) => !shows.some((show) => show.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no film ${unknown.join(', ')}; there are ${shows.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const media = createMedia();
const engine = createLocalEngine({ slots: 1 });
const wanted = shows.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
await mkdir(values.output, { recursive: true });
for (const [index, show] of wanted.entries()) await make(show, `${index + 1}/${wanted.length}`);
const made = shows.filter(({ name }) => wanted.some((show) => show.name === name));
await writeFile(join(values.output, 'index.html'), galleryPage(made));
if (wanted.length === shows.length) await drawOverview(media, made, values.output);
process.stdout.write(`${join(values.output, 'index.html')}\n`);

async function make(show: Show, number: string): Promise<void> {
  const { plan, references } = await planned(show);
  const folder = join(values.output, show.name);
  const key = createHash('sha256').update(JSON.stringify(plan)).digest('hex');
  if ((await readFile(join(folder, 'key'), 'utf8').catch(() => '')) === key) {
    process.stderr.write(`${number}  ${show.name}: there already\n`);
    return;
  }
  const started = performance.now();
  const work = await mkdtemp(join(tmpdir(), 'kinora-gallery-'));
  try {
    const { signal } = new AbortController();
    const result = await engine.render(plan, {
      references,
      directory: work,
      signal,
      onProgress: () => undefined,
    });
    if (result.status === 'failed') throw new Error(`${show.name}: ${result.message}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await rename(result.videoPath, join(folder, 'video.mp4')).catch(() => copied(result.videoPath, folder));
    await drawSheet(media, join(folder, 'video.mp4'), { plan, path: join(folder, 'sheet.jpg') });
    await writeFile(join(folder, 'storyboard.json'), JSON.stringify(result.storyboard, undefined, 2));
    await writeFile(join(folder, 'notes.json'), JSON.stringify(result.notes, undefined, 2));
    await writeFile(join(folder, 'key'), key);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stderr.write(`${number}  ${show.name}: ${show.seconds} s in ${seconds} s\n`);
}

/** Where the folder for temporary files is another disk. */
async function copied(path: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'video.mp4'), await readFile(path));
}

async function planned(show: Show): Promise<{ plan: Plan; references: ReferenceFile[] }> {
  const counts = { image: 0, video: 0, audio: 0 };
  const references: Reference[] = [];
  const files: ReferenceFile[] = [];
  for (const { path: name, role } of show.references) {
    const path = join(root, 'examples', 'halden', name);
    const probed = await media.probe(path);
    if (probed.status === 'unreadable') throw new Error(`${path}: ${probed.reason}`);
    const { facts } = probed;
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    references.push({
      kind: facts.kind,
      position: ++counts[facts.kind],
      sha256,
      facts,
      ...(role === undefined ? {} : { role }),
    });
    files.push({ path, facts });
  }
  const result = planGeneration({
    request: {
      endpoint: show.endpoint ?? (references.length === 0 ? 'text-to-video' : 'reference-to-video'),
      prompt: show.prompt,
      references,
      durationSeconds: show.seconds,
      aspectRatio: show.ratio,
      seed: show.seed,
      generateAudio: true,
    },
    engine: engine.name,
    capabilities: engine.capabilities,
    publicFiles: false,
    freshSeed: show.seed,
  });
  if (result.status === 'refused') throw new Error(result.faults.map(({ message }) => message).join(' '));
  return { plan: result.plan, references: files };
}
