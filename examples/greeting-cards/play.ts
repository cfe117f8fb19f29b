// Plays three users of the app: they agree, get their cards, and one takes it back.
// KINORA_URL=… KINORA_KEY=… node examples/greeting-cards/play.ts http://localhost:4950
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, verifyCertificate } from 'kinora/client';

const [app = 'http://localhost:4950'] = process.argv.slice(2);
const kinora = createClient({
  baseUrl: process.env['KINORA_URL'] ?? 'http://localhost:4700',
  key: process.env['KINORA_KEY'] ?? '',
});

interface User {
  consentId?: string;
  cards: { id: string; videoUrl?: string; problem?: string }[];
}

const userAt = async (name: string) => (await (await fetch(`${app}/users/${name}`)).json()) as User;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
  throw new Error(`${what} did not come`);
}

/** What a person does with a thumb: opens the page, chooses photos, ticks both boxes, sends. */
async function agree(name: string, photos: readonly number[]): Promise<void> {
  const asked = await fetch(`${app}/users/${name}/cards`, { method: 'POST', redirect: 'manual' });
  const page = asked.headers.get('location') ?? '';
  const html = await (await fetch(page)).text();
  if (!html.includes('birthday video')) throw new Error('the page does not show what is agreed to');
  const form = new FormData();
  for (const photo of photos) {
    // Things stand in for people: nobody's face is needed to try this.
    const bytes = await readFile(new URL(`stand-ins/${photo}.jpg`, import.meta.url));
    form.append('photos', new Blob([bytes], { type: 'image/jpeg' }), `${photo}.jpg`);
  }
  form.append('agree', 'yes');
  form.append('adult', 'yes');
  const answer = await fetch(page, { method: 'POST', body: form });
  if (!answer.ok || !(await answer.text()).includes('Thank you'))
    throw new Error(`${name} was not understood`);
}

const cardsOf = (name: string, count: number) =>
  until(`card ${count} of ${name}`, async () => {
    const { cards } = await userAt(name);
    const ready = cards.filter((card) => card.videoUrl !== undefined || card.problem !== undefined);
    return ready.length >= count ? ready : undefined;
  });

await Promise.all([agree('ada', [1, 2]), agree('ben', [3, 4]), agree('cleo', [5])]);
for (const name of ['ada', 'ben', 'cleo']) {
  const [card] = await cardsOf(name, 1);
  console.log(`${name} has a card: ${card?.videoUrl?.split('?')[0]}`);
}

// The page is needed once. Two cards a day are enough for anybody.
for (let n = 2; n <= 3; n += 1) {
  await fetch(`${app}/users/ada/cards`, { method: 'POST', redirect: 'manual' });
  const card = (await cardsOf('ada', n)).at(-1);
  console.log(`card ${n} of ada: ${card?.problem ?? 'is there'}`);
}

const { consentId = '', cards } = await userAt('ben');
const link = cards[0]?.videoUrl ?? '';
await fetch(`${app}/users/ben/forget`, { method: 'POST' });
console.log(`the card of ben answers ${(await fetch(link)).status}`);
const certificate = await until('the certificate', () =>
  kinora.consents.certificate(consentId).catch(() => undefined),
);
const verdict = await verifyCertificate(certificate, { keys: await kinora.consents.keys() });
if (!verdict.genuine) throw new Error(verdict.fault);
const { deleted, not_deleted: left } = verdict.certificate;
console.log(`the certificate is genuine: ${deleted.length} things deleted, ${left.length} explained`);
console.log(
  `ada and cleo keep their cards: ${(await userAt('ada')).cards.length + (await userAt('cleo')).cards.length}`,
);
