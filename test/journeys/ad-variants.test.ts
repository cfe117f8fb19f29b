// examples/ad-variants as its README tells it: fifty variants, their first day, their week, and the next matrix.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';
import type { Command } from '../../src/cli/command.ts';
import { command as ads } from '../../src/cli/commands/ads.ts';
import { command as plan } from '../../src/cli/commands/plan.ts';
import { command as runFile } from '../../src/cli/commands/run.ts';
import { NotMade, UsageError } from '../../src/cli/exit-codes.ts';
import { type AdReport, createClient } from '../../src/client/index.ts';
import { runCommand } from '../fixtures/command.ts';
import { startDocumentedServer } from '../fixtures/documented-server.ts';

const example = resolve('examples/ad-variants');
const folder = await mkdtemp(join(tmpdir(), 'kinora-ads-'));
after(() => rm(folder, { recursive: true, force: true }));
const file = join(folder, 'workflow.yaml');
const server = await startDocumentedServer();
const env = { KINORA_URL: server.url, KINORA_KEY: (await server.signUp()).testKey };
// As it lies there, but made by the engine that costs test credits.
const text = await readFile(join(example, 'workflow.yaml'), 'utf8');
await writeFile(
  file,
  `${text.replaceAll('../halden', resolve('examples/halden')).replaceAll('../../out/ad-variants', 'out')}engine: simulated\n`,
);

const run = (command: Command, ...args: string[]) => runCommand(command, args, env);

async function ok(command: Command, ...args: string[]) {
  const ran = await run(command, ...args);
  assert.equal(ran.error, undefined, String(ran.error));
  return ran;
}

test('there are fifty variants, each with its code', async () => {
  const { text } = await ok(ads, 'variants', file);
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 51);
  assert.match(
    lines[1] ?? '',
    /^H1S1C1 +H1 Mornings deserve better +S1 on an oak table in a quiet ki… +C1 Shop now$/,
  );
});

test('their plan costs about 150 dollars, and a run writes the code into every video', async () => {
  const shown = (await ok(plan, file, '--json')).objects[0]?.['plan'] as Record<string, unknown>;
  assert.deepEqual([shown['new'], shown['credits'], shown['list_usd_cents']], [50, 15_150, 15_150]);
  await ok(runFile, file, '--yes', '--limit', '2');
  const client = createClient({ baseUrl: env.KINORA_URL, key: env.KINORA_KEY });
  const { data } = await client.generations.list({ workflow: 'halden-spring-ads' });
  const made = data.map(({ status, tags, metadata }) => [
    status,
    tags,
    metadata['code'],
    metadata['record_key'],
  ]);
  assert.deepEqual(made.sort(), [
    ['complete', ['H1S1C1'], 'H1S1C1', 'H1S1C1'],
    ['complete', ['H1S1C2'], 'H1S1C2', 'H1S1C2'],
  ]);
  const again = (await ok(plan, file, '--json')).objects[0]?.['plan'] as Record<string, unknown>;
  assert.deepEqual([again['new'], again['unchanged']], [48, 2]);
});

test('a run of all variants puts the videos under their codes, and a sheet beside them', async () => {
  const small = join(folder, 'two.yaml');
  const read = parseYaml(await readFile(file, 'utf8')) as { matrix: object; sink: object[] };
  const axes = { hook: ['Mornings deserve better'], scene: ['on an oak table'], cta: ['Shop now', 'See it'] };
  await writeFile(
    small,
    stringifyYaml({
      ...read,
      name: 'two-ads',
      matrix: { ...read.matrix, axes },
      sink: [{ ...read.sink[0], folder: 'upload' }],
    }),
  );
  await ok(runFile, small, '--yes');
  const sheet = await readFile(join(folder, 'upload', 'bulk-upload.csv'), 'utf8');
  const [head, ...lines] = sheet.trimEnd().split('\r\n');
  assert.equal(head, 'name,code,hook,cta,video_file,video_url,ai_made,rehearsal');
  assert.match(
    lines[1] ?? '',
    /^H1S1C2,H1S1C2,Mornings deserve better,See it,videos\/H1S1C2\.mp4,http.*\/H1S1C2\.mp4,true,false$/,
  );
  for (const code of ['H1S1C1', 'H1S1C2'])
    assert.ok((await readFile(join(folder, 'upload', 'videos', `${code}.mp4`))).length > 1_000);
});

test('after a day there is not enough data, and after a week a winner', async () => {
  const day = await ok(ads, 'import', file, join(example, 'day-1.csv'), '--source', 'meta', '--json');
  assert.deepEqual(
    [day.objects[0]?.['added'], day.objects[0]?.['currency'], day.objects[0]?.['refused']],
    [50, 'EUR', []],
  );
  const early = await ok(ads, 'report', file);
  assert.match(early.text, /H3 Why does coffee taste better … .*not enough data: [\d,]+ impressions missing/);
  assert.doesNotMatch(early.text, /better$|worse$/m);
  assert.match((await ok(ads, 'choose', file)).text, /Not enough data\. Show these ads by their shares/);

  const week = join(example, 'week-1.csv');
  await ok(ads, 'import', file, week, '--source', 'meta');
  const again = await ok(ads, 'import', file, week, '--source', 'meta', '--json');
  assert.deepEqual([again.objects[0]?.['added'], again.objects[0]?.['unchanged']], [0, 350]);
  const report = (await ok(ads, 'report', file, '--json')).objects[0] as unknown as AdReport;
  const verdicts = report.axes.map(({ levels }) =>
    levels.filter(({ verdict }) => verdict === 'better').map(({ number }) => number),
  );
  assert.deepEqual(verdicts.slice(0, 2), [[3], [2]]);
  const late = await ok(ads, 'report', file);
  assert.match(late.text, /S2 on a sunny terrace.*─●─.* better/);
  const choice = await ok(ads, 'choose', file, '--size', '3');
  assert.match(choice.text, /H3 Why does coffee.* decided/);
  assert.match(choice.text, /S2 on a sunny terrace.* decided/);
});

test('winners writes the next workflow, which waits for new values and keeps every code', async () => {
  const next = join(folder, 'next.yaml');
  const { text } = await ok(ads, 'winners', file, '-o', next, '--open', '1');
  assert.match(text, /next\.yaml is written: write its 3 new values/);
  const written = await readFile(next, 'utf8');
  assert.match(written, /^# Fifty variants of one ad/, 'comments stay');
  assert.match(written, /3: Why does coffee taste better here\? # winner\n {6}6: null # new: write it/);
  const waiting = await run(ads, 'variants', next);
  assert.match(String(waiting.error), /line \d+: matrix\.axes\.hook: value 6 is open/);
  assert.ok(
    (await run(ads, 'winners', file, '-o', next)).error instanceof UsageError,
    'nothing is written over',
  );
  await writeFile(next, written.replaceAll('null # new: write it, or take the line out', 'something new'));
  const grown = await ok(ads, 'variants', next);
  assert.match(grown.text, /^H3S2C\d +H3 Why does coffee/m);
  assert.match(grown.text, /^H6S6C3 +H6 something new +S6 something new +C3 something new/m);
});

test('lines that cannot be counted are refused by themselves, each with its line and reason', async () => {
  const broken = join(folder, 'broken.csv');
  await writeFile(
    broken,
    '\ufeffAd name;Impressions;Link clicks;Amount spent (EUR)\r\nH1S1C1;1,000;7;1.50\r\nH1S1C1;many;7;1\r\nTotal;9;9;9\r\n"=cmd()-H2S1C1";10;11;0\r\nH2S1C1;10;1;1.234,56\r\n',
  );
  const { text, error } = await run(ads, 'import', file, broken);
  assert.ok(error instanceof NotMade);
  assert.match(text, /line 3, H1S1C1: impressions is "many"/);
  assert.match(text, /line 4, Total: ad "Total" holds no code of the matrix/);
  assert.match(text, /line 5, =cmd\(\)-H2S1C1: It has 11 clicks of 10 impressions/);
  assert.match(text, /line 6, H2S1C1: spend is "1\.234,56"/);
  assert.match(text, /broken: 1 result added, 0 replaced, 0 as before, 4 refused\./);
});
