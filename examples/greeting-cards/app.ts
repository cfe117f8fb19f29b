// An app that makes a birthday clip for each of its users, who agree to it on a page of Kinora:
// KINORA_URL=… KINORA_KEY=… node examples/greeting-cards/app.ts
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { createClient, KinoraError, verifyWebhook } from 'kinora/client';

const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});
const engine = process.env['KINORA_ENGINE'];
const workflow = 'greeting-cards';

/** What the person is asked. Another text is another version: who has agreed to this one has agreed to no other. */
const agreement = {
  text_version: 'cards-2026-11',
  text: [
    'Cards makes one short birthday video from your photos, for you.',
    'Your photos and the video are used for nothing else and are given to nobody else. A computer makes the video; it is marked as such.',
    'You can take this back at any time: then your photos and the video are deleted.',
  ].join('\n\n'),
  scope: { purposes: ['birthday card'], workflows: [workflow] },
};

/** What the app knows of its users; a real one keeps it in its database. */
interface User {
  consentId?: string;
  cards: { id: string; videoUrl?: string; problem?: string }[];
}
const users = new Map<string, User>();
const userOf = (name: string): User => {
  const user = users.get(name) ?? { cards: [] };
  users.set(name, user);
  return user;
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://app');
  const route = routes.find(([method, path]) => method === request.method && path.test(pathname));
  if (route === undefined) return void response.writeHead(404).end();
  const [, path, handle] = route;
  const name = decodeURIComponent(path.exec(pathname)?.[1] ?? '');
  handle(request, response, name).catch((error: unknown) => {
    console.error(error);
    response.writeHead(502).end();
  });
});

type Handle = (request: IncomingMessage, response: ServerResponse, name: string) => Promise<void>;

// Here your own sign-in would decide who is meant.
const routes: [method: string, path: RegExp, handle: Handle][] = [
  ['POST', /^\/users\/([\w-]{1,40})\/cards$/, askForCard],
  ['GET', /^\/users\/([\w-]{1,40})$/, showUser],
  ['POST', /^\/users\/([\w-]{1,40})\/forget$/, forget],
  ['POST', /^\/hooks$/, hear],
];

/** Who has agreed gets another card; who has not is sent to the page that asks. */
async function askForCard(_: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const { data } = await kinora.consents.list({ person: name, state: 'valid', limit: 1 });
  const [consent] = data.filter(({ text_version: version }) => version === agreement.text_version);
  if (consent !== undefined) {
    const { cards } = userOf(name);
    await makeCard(name, consent.files, `${consent.id}-${cards.length + 1}`);
    response.writeHead(303, { location: `/users/${name}` }).end();
    return;
  }
  const { url } = await kinora.consents.links.create({
    ...agreement,
    person: name,
    requester: 'Cards',
    max_photos: 3,
    return_url: `${origin()}/users/${name}`,
  });
  response.writeHead(303, { location: url }).end();
}

async function showUser(_: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  json(response, { name, ...userOf(name) });
}

/** A user asks the app, not the page. */
async function forget(_: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const { consentId } = userOf(name);
  if (consentId === undefined) return void response.writeHead(404).end();
  const { state } = await kinora.consents.revoke(consentId, { reason: 'asked for in the app' });
  json(response, { state });
}

/** A card is one call. The same event that comes twice makes one card, by its key. */
async function makeCard(name: string, photos: readonly string[], key: string): Promise<void> {
  const user = userOf(name);
  try {
    const { id } = await kinora.referenceToVideo.submit(
      {
        prompt: `'Happy birthday, ${name}!' @Image1 on a table in warm light, slow push in, confetti, cheerful music`,
        reference_images: [
          ...photos.map((file_id) => ({ file_id, role: 'person' as const })),
          { file_id: style, role: 'style' as const },
        ],
        duration: 4,
        aspect_ratio: '9:16',
        workflow,
        end_user_id: name,
        ...(engine === undefined ? {} : { engine }),
      },
      { idempotencyKey: key },
    );
    if (!user.cards.some((card) => card.id === id)) user.cards.push({ id });
  } catch (error) {
    if (!(error instanceof KinoraError) || error.retryable) throw error;
    user.cards.push({ id: key, problem: error.code });
  }
}

/** Everything that happens comes here. Kinora sends an event again until it is answered with 2xx. */
async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { type, data } = await verifyWebhook<Record<string, unknown>>(
    await buffer(request),
    request.headers,
    { secret: hook.secret },
  );
  await hearings[type]?.(data);
  response.writeHead(204).end();
}

const hearings: Record<string, (data: Record<string, unknown>) => Promise<void> | void> = {
  async 'consent.given'({ person, consent_id: id, files }) {
    const name = String(person);
    userOf(name).consentId = String(id);
    console.log(`${name} has agreed`);
    await makeCard(name, files as string[], `${id}-1`);
  },
  'generation.complete'(generation) {
    const { url } = generation['output'] as { url: string };
    const name = String(generation['end_user_id']);
    const card = userOf(name).cards.find(({ id }) => id === generation['id']);
    // Here it would be shown, mailed or pushed to the phone.
    if (card !== undefined) card.videoUrl = url;
    console.log(`the card of ${name} is there`);
  },
  'consent.revoked'({ person }) {
    // Links are dead by now: nothing of the app should show them.
    userOf(String(person)).cards = [];
    console.log(`${String(person)} has taken it back`);
  },
  'consent.erased'({ person, certificate_id: id }) {
    console.log(`everything of ${String(person)} is deleted: ${String(id)}`);
  },
};

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function origin(): string {
  const address = server.address();
  return `http://localhost:${typeof address === 'object' ? address?.port : ''}`;
}

await new Promise<void>((resolve) =>
  server.listen(Number(process.env['PORT'] ?? 4950), '127.0.0.1', resolve),
);
const style = (await kinora.files.upload(new URL('style.jpg', import.meta.url))).id;
// Nobody makes more than two cards a day, however many users there are: one budget that counts each by itself.
const { data: budgets } = await kinora.budgets.list();
if (!budgets.some(({ name }) => name === 'Cards a person'))
  await kinora.budgets.create({
    name: 'Cards a person',
    scope: 'end_user',
    scope_value: '*',
    period: 'daily',
    limit_credits: 2 * 243,
  });
const url = `${origin()}/hooks`;
for (const old of await kinora.webhooks.list()) if (old.url === url) await kinora.webhooks.remove(old.id);
const hook = await kinora.webhooks.create({ url, events: Object.keys(hearings) as ['consent.given'] });
console.log(`Cards is at ${origin()}`);
await text(process.stdin);
process.exit();
