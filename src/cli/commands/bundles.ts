import { basename, dirname, resolve } from 'node:path';
import { readBundleFile } from '../../batch/bundle-file.ts';
import type { SharedReference } from '../../batch/workflow/shared-reference.ts';
import type { Bundle, Client } from '../../client/index.ts';
import { program } from '../again.ts';
import { acceptDrift } from '../bundles/accept.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { parseName } from '../parse-name.ts';
import { readBytes, readText } from '../read-file.ts';
import { withClient } from '../session.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';

export const command: Command = {
  name: 'bundles',
  summary: 'keep references that belong together, in versions; see how alike their videos look',
  usage: '[list | push <file> | show <name[@version]> | accept <workflow file>]',
  options: {
    ...serverOptions,
  },
  examples: [
    'kinora bundles push brand.bundle.yaml',
    'kinora bundles show halden@2',
    'kinora bundles accept shop.yaml     # what URLs hold now is what kinora.lock names from now on',
  ],
  async run(invocation) {
    const [verb = 'list', what, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'list') return withClient(invocation, (client) => list(invocation, client));
    if (verb !== 'push' && verb !== 'show' && verb !== 'accept')
      throw new UsageError(`bundles cannot "${verb}".`, 'It can list, push, show and accept.');
    if (what === undefined)
      throw new UsageError(verb === 'show' ? 'The name of the bundle is missing.' : 'The file is missing.');
    const work = { push, show, accept: acceptDrift }[verb];
    return withClient(invocation, (client) => work(invocation, client, what));
  },
};

async function list({ output, signal }: Invocation, client: Client): Promise<void> {
  const bundles: Bundle[] = [];
  for await (const bundle of client.bundles.list({ limit: 200 }, { signal })) bundles.push(bundle);
  for (const bundle of bundles) output.data(bundle);
  if (bundles.length === 0) {
    output.note(`There are no bundles. ${program} bundles push brand.bundle.yaml`);
    return;
  }
  const lines = table(
    bundles,
    [
      { head: 'NAME', cell: ({ name }) => name },
      { head: 'VERSION', align: 'right', cell: ({ version }) => String(version) },
      { head: 'REFERENCES', cell: countsOf },
      { head: 'HASH', cell: ({ hash }) => hash.slice(0, 12) },
      { head: 'SINCE', cell: ({ created_at: at }) => at.slice(0, 16).replace('T', ' ') },
      { head: '', cell: ({ description }) => short(description ?? '', 40) },
    ],
    output.style,
  );
  for (const line of lines) output.line(line);
}

function countsOf({ references }: Bundle): string {
  const kinds = [
    ['image', 'images'],
    ['video', 'videos'],
    ['audio', 'audio'],
  ] as const;
  return kinds
    .map(([kind, many]) => ({ many, count: references.filter((one) => one.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ many, count }) => `${count} ${count === 1 ? many.replace(/s$/, '') : many}`)
    .join(', ');
}

async function push({ output, signal }: Invocation, client: Client, path: string): Promise<void> {
  const file = readBundleFile(await readText(path), path);
  const folder = dirname(resolve(path));
  const lift = async (references: readonly SharedReference[]) => {
    const lifted = [];
    for (const { path: local, url, role, alias, priority } of references) {
      const wire =
        url === undefined
          ? { file_id: (await upload(client, resolve(folder, local ?? ''), signal)).id }
          : { url };
      lifted.push({
        ...wire,
        ...(role === undefined ? {} : { role }),
        ...(alias === undefined ? {} : { alias }),
        ...(priority === undefined ? {} : { priority }),
      });
    }
    return lifted;
  };
  const bundle = await client.bundles.put(
    file.name,
    {
      ...(file.description === undefined ? {} : { description: file.description }),
      images: await lift(file.images),
      videos: await lift(file.videos),
      audio: await lift(file.audio),
    },
    { signal },
  );
  output.data(bundle);
  output.line(
    `${output.style.good('✓')} ${bundle.name}@${bundle.version}: ${countsOf(bundle)}; name it in a workflow as bundle: ${bundle.name}@${bundle.version}`,
  );
}

async function upload(client: Client, path: string, signal: AbortSignal) {
  return client.files.upload(await readBytes(path), basename(path), { signal });
}

async function show({ output, signal }: Invocation, client: Client, what: string): Promise<void> {
  const { name, version } = parseName(what);
  const options = version === undefined ? { signal } : { version, signal };
  const bundle = await client.bundles.get(name, options);
  const stability = await client.bundles.stability(name, { version: bundle.version, signal });
  const { style } = output;
  output.data({ ...bundle, stability });
  output.line(`${style.strong(`${bundle.name}@${bundle.version}`)}   ${style.faint(bundle.hash)}`);
  if (bundle.description !== null) output.line(bundle.description);
  output.line();
  const lines = table(
    bundle.references.map((reference, index) => ({ ...reference, number: index + 1 })),
    [
      { head: '#', align: 'right', cell: ({ number }) => String(number) },
      { head: 'KIND', cell: ({ kind }) => kind },
      { head: 'ROLE', cell: ({ role }) => role ?? '' },
      { head: 'ALIAS', cell: ({ alias }) => (alias === null ? '' : `@${alias}`) },
      {
        head: 'PRIORITY',
        align: 'right',
        cell: ({ priority }) => (priority === null ? '' : String(priority)),
      },
      { head: 'SHA-256', cell: ({ sha256 }) => sha256.slice(0, 12) },
      { head: 'FROM', cell: ({ source_url: url, file_id: id }) => short(url ?? id ?? 'deleted', 48) },
    ],
    style,
  );
  for (const line of lines) output.line(line);
  output.line();
  output.line(stabilityText(stability));
}

function stabilityText({
  outputs,
  mean_distance: mean,
  furthest,
}: Awaited<ReturnType<Client['bundles']['stability']>>): string {
  if (mean === null)
    return `Style: ${outputs === 0 ? 'no finished video' : 'one finished video'} was made with it; two are needed to compare.`;
  const words = mean < 3 ? 'hard to tell apart' : mean < 10 ? 'a family' : 'not of one look';
  const least = furthest === null ? '' : `; least alike ${furthest.generation_id} (${furthest.distance})`;
  return `Style: the colours of ${outputs} videos are ${mean} apart on average, ${words}${least}.`;
}
