import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import type { Note } from '../../src/domain/plan.ts';
import { createLocalEngine, type PlannerSettings } from '../../src/engines/local/index.ts';
import { contextIn, newHome, smallFilm } from './engine-small-film.ts';

let home = '';
before(async () => {
  home = await newHome();
});
after(() => rm(home, { recursive: true, force: true }));

const prompt = 'Let it gleam, and write "New in autumn" when it is over';
const apiKey = 'sk-only-for-the-server';

/** What no grammar would read from this prompt. */
const directions = {
  camera: [{ move: 'crane_up', pace: 'slow' }],
  pace: 'normal',
  warmth: 'neutral',
  colour: '#204060',
  surface: 'water',
  transitions: [],
  captions: [{ text: 'New in autumn', at: 'end' }],
  tags: [],
};

async function modelThat(
  context: TestContext,
  answer: (response: ServerResponse) => void,
): Promise<{ planner: PlannerSettings; keys: (string | undefined)[] }> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    request.resume().on('end', () => answer(response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { planner: { baseUrl: `http://127.0.0.1:${port}/v1`, model: 'small', apiKey }, keys };
}

interface Directed {
  set: { surface: string; wall: string };
  captions: { text: string }[];
}

async function film(planner: PlannerSettings | undefined): Promise<{ notes: Note[]; directed: Directed }> {
  const { plan, references } = smallFilm([], {
    prompt,
    endpoint: 'text-to-video',
    generateAudio: false,
    width: 160,
    height: 160,
    aspectRatio: '1:1',
  });
  const engine = createLocalEngine({ slots: 1, planner });
  const result = await engine.render(plan, await contextIn(home, { references }));
  assert.ok(result.status === 'done', JSON.stringify(result));
  return { notes: result.notes, directed: result.storyboard as unknown as Directed };
}

let grammarFilm: ReturnType<typeof film> | undefined;
/** The same film, its prompt read by the grammar. */
const byGrammar = () => (grammarFilm ??= film(undefined));

const codesOf = (notes: readonly Note[]) => notes.map(({ code }) => code);
const readings =
  /^(directions_(understood|refused|conflict|beyond|ignored)|tag_role|many_moves|caption_found|quote_.*)$/;

test('films what a planner reads from the prompt, and says so with its directions', async (context) => {
  const { planner, keys } = await modelThat(context, (response) =>
    response.end(JSON.stringify({ choices: [{ message: { content: JSON.stringify(directions) } }] })),
  );
  const { notes, directed } = await film(planner);
  assert.equal(directed.set.surface, 'water');
  assert.deepEqual(
    directed.captions.map(({ text }) => text),
    ['New in autumn'],
  );
  assert.deepEqual(keys, [`Bearer ${apiKey}`]);
  const used = notes.find(({ code }) => code === 'planner_used');
  const { transitions: _, tags: __, ...short } = directions;
  assert.deepEqual(JSON.parse(used?.message.slice(used.message.indexOf('{')) ?? ''), short);
  assert.ok(!codesOf(notes).some((code) => readings.test(code)), codesOf(notes).join(', '));
  assert.ok(!JSON.stringify(notes).includes(apiKey));
});

test('falls back to the grammar when the planner fails, and says why', async (context) => {
  const { planner } = await modelThat(context, (response) => response.writeHead(503).end('overloaded'));
  const failed = await film(planner);
  const off = await byGrammar();
  assert.deepEqual(failed.directed, off.directed);
  assert.deepEqual(
    failed.notes.filter(({ code }) => code !== 'planner_failed'),
    off.notes,
  );
  const said = failed.notes.find(({ code }) => code === 'planner_failed')?.message ?? '';
  assert.match(said, /read by the grammar: the server answered with status 503\.$/);
  assert.ok(!JSON.stringify(failed.notes).includes(apiKey));
  assert.ok(codesOf(off.notes).includes('directions_understood'));
  assert.ok(!codesOf(off.notes).some((code) => code.startsWith('planner')));
});

test('does not ask the planner where a storyboard came with the plan', async (context) => {
  const { planner, keys } = await modelThat(context, (response) => response.writeHead(500).end());
  const { plan, references } = smallFilm([], { prompt, endpoint: 'text-to-video', generateAudio: false });
  const engine = createLocalEngine({ slots: 1, planner });
  const { directed } = await byGrammar();
  const given = { ...plan, width: 160, height: 160, storyboard: directed as never };
  const result = await engine.render(given, await contextIn(home, { references }));
  assert.equal(result.status, 'done');
  assert.deepEqual(keys, []);
});
