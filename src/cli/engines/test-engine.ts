import { openAsBlob } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Client, RequestBodies } from '../../client/index.ts';
import type { Engine } from '../../contract/engine.ts';
import type { Generation } from '../../contract/generation.ts';
import { askForYes } from '../ask.ts';
import type { Invocation } from '../command.ts';
import { doingOf } from '../doing-of.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { download } from '../run/download.ts';
import { openSession } from '../session.ts';
import { prepareFile } from '../storyboard/prepare-file.ts';
import { lengthOfTime } from './engine-words.ts';

const prompt = 'A white cup on a wooden table, the camera moves slowly closer';

/** Makes the cheapest real video that an engine can make, after its price was shown and agreed to. */
export async function testEngine(invocation: Invocation, name: string): Promise<void> {
  const { options, output, signal } = invocation;
  const file = options.text('output');
  const path = file === undefined ? undefined : resolve(file);
  if (path !== undefined) await prepareFile(path, { flag: '-o', example: 'test.mp4' });
  const session = await openSession(invocation);
  try {
    const { client } = session;
    const engine = engineForKey(await client.engines.list({ signal }), name);
    const { endpoint, body } = await cheapest(client, engine, invocation);
    const { price, affordable, plan } = await client.generations.dryRun(endpoint, body, { signal });
    output.note(
      `The cheapest that "${name}" makes: ${body.duration} s of ${endpoint} at ${plan.width} × ${plan.height}, for ${costOf(price)}.`,
    );
    if (!affordable) throw new NotMade('The account has too few credits for it, or a budget is in the way.');
    const isWanted = options.flag('yes') || (await askForYes('Make it?', invocation));
    if (!isWanted) throw new NotMade('Not made, and nothing was charged.');
    const began = performance.now();
    const { id } = await client.generations.submit(endpoint, body, { signal });
    const made = await follow(client, id, invocation);
    output.data(made);
    report(invocation, made, (performance.now() - began) / 1_000);
    if (path === undefined || made.output === null) return;
    const { url, size_bytes: bytes } = made.output;
    await download({ client, link: async () => url, path, bytes, signal });
    output.line(path);
  } finally {
    await session.close();
  }
}

/** An account sees the engines that its key reaches, and no others. */
function engineForKey(engines: readonly Engine[], name: string): Engine {
  const engine = engines.find((one) => one.name === name);
  if (engine !== undefined) return engine;
  throw new UsageError(
    `This key reaches no engine "${name}".`,
    `It reaches: ${engines.map((one) => one.name).join(', ')}. Rehearsals on "simulated" take a test key (--key kin_test_…), engines that cost money a live one.`,
  );
}

type Test = {
  [Endpoint in keyof RequestBodies]: { endpoint: Endpoint; body: RequestBodies[Endpoint] };
}[keyof RequestBodies];

/** The shortest length, without sound where that can be left out, and from words alone where it can. */
async function cheapest(client: Client, engine: Engine, invocation: Invocation): Promise<Test> {
  const { name, capabilities } = engine;
  if (capabilities === null) throw new UsageError(`The engine "${name}" is not set up on that server.`);
  const common = {
    prompt,
    duration: Math.min(...capabilities.durations),
    aspect_ratio: '16:9' as const,
    engine: name,
    generate_audio: false,
    seed: 1,
  };
  if (capabilities.endpoints.includes('text-to-video')) return { endpoint: 'text-to-video', body: common };
  const image = invocation.options.text('image');
  if (image === undefined)
    throw new UsageError(
      `The engine "${name}" makes nothing from words alone.`,
      'Give it a picture to begin with: --image cup.jpg',
    );
  const { id } = await client.files.upload(await openAsBlob(image), basename(image), {
    signal: invocation.signal,
  });
  return capabilities.endpoints.includes('reference-to-video')
    ? { endpoint: 'reference-to-video', body: { ...common, reference_images: [id] } }
    : { endpoint: 'image-to-video', body: { ...common, image: id } };
}

function costOf({ credits, usd_cents: cents }: { credits: number; usd_cents: number }): string {
  if (credits === 0) return 'nothing';
  const dollars = (cents / 100).toLocaleString('en', { style: 'currency', currency: 'USD' });
  return `${credits.toLocaleString('en')} credits (${dollars})`;
}

async function follow(client: Client, id: string, { output, signal }: Invocation): Promise<Generation> {
  const progress = output.progress();
  try {
    return await client.generations.wait(id, {
      signal,
      onProgress: (event) =>
        progress.show(id, { label: id, fraction: event.progress.fraction, doing: doingOf(event) }),
    });
  } finally {
    progress.close();
  }
}

function report({ output }: Invocation, generation: Generation, seconds: number): void {
  const { id, engine, output: video, credits } = generation;
  if (video === null)
    throw new NotMade(
      `"${engine}" did not make it (${id}): ${generation.error?.message ?? 'no reason was given'}`,
    );
  const { style } = output;
  output.line(
    `${style.good('✓')} ${style.strong(engine)} made it in ${lengthOfTime(seconds)}: ${video.duration.toFixed(1)} s, ${video.width} × ${video.height}, ${(credits.charged ?? 0).toLocaleString('en')} credits (${id})`,
  );
  for (const { message } of [...generation.plan.adjustments, ...generation.notes])
    output.note(`  ${message}`);
}
