import { readFile, writeFile } from 'node:fs/promises';
import { type Client, type Consent, createClient, verifyCertificate } from '../../client/index.ts';
import { program } from '../again.ts';
import { askForYes } from '../ask.ts';
import { type Command, type Invocation, onlyArgument, serverOptions } from '../command.ts';
import { printConsent } from '../consents/print-consent.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { openSession } from '../session.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

export const command: Command = {
  name: 'consents',
  summary: 'see what people have agreed to, take it back, prove what was deleted',
  usage: '[list | show <id> | revoke <id> | certificate <id> | verify <file>]',
  options: {
    person: { type: 'string', value: 'ID', help: 'with list: of this person alone' },
    state: { type: 'string', value: 'STATE', help: 'with list: valid, expired or revoked' },
    reason: { type: 'string', value: 'TEXT', help: 'with revoke: why, for your records' },
    yes: { type: 'boolean', help: 'with revoke: do not ask' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'with certificate: write it there, not to the screen',
    },
    keys: {
      type: 'string',
      value: 'FILE',
      help: 'with verify: the keys of the server, as /.well-known/jwks.json gave them; without, the server is asked',
    },
    ...serverOptions,
  },
  examples: [
    'kinora consents list --person user-1841',
    'kinora consents revoke con_… --reason "asked for by mail"',
    'kinora consents certificate con_… -o certificate.json',
    'kinora consents verify certificate.json --keys jwks.json',
  ],
  async run(invocation) {
    const [verb = 'list', ...rest] = invocation.positionals;
    switch (verb) {
      case 'list':
        if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
        return within(invocation, (client) => list(client, invocation));
      case 'show': {
        const id = onlyArgument(rest, 'The id of the consent');
        return within(invocation, (client) => show(client, invocation, id));
      }
      case 'revoke': {
        const id = onlyArgument(rest, 'The id of the consent');
        return within(invocation, (client) => revoke(client, invocation, id));
      }
      case 'certificate': {
        const id = onlyArgument(rest, 'The id of the consent');
        return within(invocation, (client) => certificate(client, invocation, id));
      }
      case 'verify':
        return verify(invocation, onlyArgument(rest, 'The file with the certificate'));
      default:
        throw new UsageError(
          `consents cannot "${verb}".`,
          'It can list, show, revoke, certificate and verify.',
        );
    }
  },
};

async function within(invocation: Invocation, work: (client: Client) => Promise<void>): Promise<void> {
  const session = await openSession(invocation);
  try {
    await work(session.client);
  } finally {
    await session.close();
  }
}

async function list({ consents }: Client, { options, output, signal }: Invocation): Promise<void> {
  const person = options.text('person');
  const state = stateOf(options.text('state'));
  const query = {
    limit: 200,
    ...(person === undefined ? {} : { person }),
    ...(state === undefined ? {} : { state }),
  };
  const { data, next_cursor: more } = await consents.list(query, { signal });
  for (const consent of data) output.data(consent);
  if (data.length === 0) return output.note('There are none.');
  for (const line of table(data, columns, output.style)) output.line(line);
  if (more !== null) output.note(`Only the newest ${data.length} are shown; --person and --state narrow it.`);
}

async function show({ consents }: Client, { output, signal }: Invocation, id: string): Promise<void> {
  const consent = await consents.get(id, { signal });
  output.data(consent);
  printConsent(output, consent);
}

async function revoke(client: Client, invocation: Invocation, id: string): Promise<void> {
  const { options, output, signal } = invocation;
  const consent = await client.consents.get(id, { signal });
  const what = `${consent.files.length} photos of ${consent.person}, and every video made with them`;
  if (!options.flag('yes') && consent.state !== 'revoked') {
    const agreed = await askForYes(`Delete ${what}, for good?`, { output, signal });
    if (!agreed) throw new NotMade('Nothing was revoked.');
  }
  const reason = options.text('reason');
  const revoked = await client.consents.revoke(id, reason === undefined ? {} : { reason }, { signal });
  output.data(revoked);
  output.line(`${id} is revoked: nothing is made with it any more, and its links are dead.`);
  output.note(
    revoked.revocation?.erased_at === null
      ? `Something is still being stopped. When it is done: ${program} consents certificate ${id}`
      : `Everything is deleted. The proof: ${program} consents certificate ${id} -o certificate.json`,
  );
}

async function certificate(client: Client, invocation: Invocation, id: string): Promise<void> {
  const { options, output, signal } = invocation;
  const written = await client.consents.certificate(id, { signal });
  const path = options.text('output');
  output.data(written);
  if (path === undefined) return output.line(JSON.stringify(written, null, 2));
  await writeFile(path, `${JSON.stringify(written, null, 2)}\n`, { mode: 0o600 });
  output.line(`${written.certificate.id} is in ${path}.`);
}

async function verify(invocation: Invocation, path: string): Promise<void> {
  const { output } = invocation;
  const given = await readJson(path);
  const verdict = await verifyCertificate(given, { keys: await keysFor(invocation) });
  output.data({ object: 'certificate_verdict', ...verdict });
  if (!verdict.genuine) throw new NotMade(`The certificate is not genuine: ${verdict.fault}.`);
  const { id, consent, deleted, not_deleted: left, issuer, revoked_at: at } = verdict.certificate;
  output.line(`${output.style.good('Genuine:')} ${id}, signed by ${issuer}.`);
  output.line(`${consent.id} of ${oneLine(consent.person)} was revoked at ${at}.`);
  const gone = deleted.filter(({ bytes_gone_at }) => bytes_gone_at !== null);
  output.line(`${gone.length} of ${deleted.length} things are gone with their bytes.`);
  for (const { reason, about, explanation } of left)
    output.line(`${output.style.careful('not deleted:')} ${reason} (${about}). ${explanation}`);
}

/** As the server of the command line has them, or as they were kept. */
async function keysFor(invocation: Invocation): Promise<{ keys: { kid?: string; x?: string }[] }> {
  const path = invocation.options.text('keys');
  if (path !== undefined) {
    const kept = await readJson(path);
    if (typeof kept !== 'object' || kept === null || !('keys' in kept) || !Array.isArray(kept.keys))
      throw new UsageError(`${path} holds no JSON Web Key Set.`);
    return { keys: kept.keys };
  }
  const url = invocation.options.text('url') ?? invocation.env['KINORA_URL'];
  // Public keys need no key of an account.
  if (url !== undefined) return createClient({ baseUrl: url }).consents.keys({ signal: invocation.signal });
  const session = await openSession(invocation);
  try {
    return await session.client.consents.keys({ signal: invocation.signal });
  } finally {
    await session.close();
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError(`${path} is not JSON.`);
  }
}

function stateOf(given: string | undefined): Consent['state'] | undefined {
  if (given === undefined || given === 'valid' || given === 'expired' || given === 'revoked') return given;
  throw new UsageError(`--state must be valid, expired or revoked, not "${given}".`);
}

const columns = [
  { head: 'ID', cell: ({ id }: Consent) => id },
  { head: 'PERSON', cell: ({ person }: Consent) => oneLine(person) },
  { head: 'STATE', cell: ({ state }: Consent) => state },
  { head: 'FOR', cell: ({ scope }: Consent) => oneLine(scope.purposes.join(', ')) },
  { head: 'TEXT', cell: ({ text_version: version }: Consent) => oneLine(version) },
  { head: 'GIVEN', cell: ({ given_at: at }: Consent) => at.slice(0, 10) },
  { head: 'UNTIL', cell: ({ expires_at: at }: Consent) => at?.slice(0, 10) ?? '' },
] as const;
