import { type Client, createClient } from '../client/index.ts';
import { readConfig } from '../config.ts';
import { program } from './again.ts';
import type { Invocation } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { readOperatorKey } from './home-files.ts';
import { ownAccount } from './own-account.ts';
import { findServing, type OwnServer, openOwnServer } from './own-server.ts';

/** A server to work with. Close it at the end, also after an error. */
export interface Session {
  client: Client;
  url: string;
  /** Whether the server runs inside this process, and ends with it. */
  inside: boolean;
  /** Present where this command is its own operator, with an account of its own. */
  own: { operator: Client; accountId: string } | undefined;
  close(): Promise<void>;
}

type Asked = Pick<Invocation, 'env' | 'options' | 'output' | 'signal'>;

/** As an account: of the server that `--url` names, or of one of our own; there as that of `--key`, or as one of our own. */
export async function openSession(
  asked: Asked,
  settings: { home?: string; accountName?: string } = {},
): Promise<Session> {
  const { env, output, signal } = asked;
  const url = urlOf(asked);
  if (url !== undefined) {
    const client = createClient({ baseUrl: url, key: keyFor(url, asked) });
    await client.health({ signal });
    return { client, url, inside: false, own: undefined, close: async () => {} };
  }
  const server = await openOwnServer({
    env,
    output,
    ...(settings.home === undefined ? {} : { home: settings.home }),
  });
  const { url: baseUrl, inside, close } = server;
  try {
    const given = asked.options.text('key') ?? '';
    if (given !== '')
      return { client: createClient({ baseUrl, key: given }), url: baseUrl, inside, own: undefined, close };
    const operator = createClient({ baseUrl, key: server.operatorKey });
    const { key, account_id: accountId } = await ownAccount({
      home: server.home,
      url: baseUrl,
      operator,
      name: settings.accountName ?? 'kinora command line',
      signal,
    });
    const client = createClient({ baseUrl, key });
    return { client, url: baseUrl, inside, own: { operator, accountId }, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Works with the calls of an account, and closes its session, also after an error. */
export async function withClient(asked: Asked, work: (client: Client) => Promise<void>): Promise<void> {
  const session = await openSession(asked);
  try {
    await work(session.client);
  } finally {
    await session.close();
  }
}

/** As the operator: of the server that `--url` names, or of one of our own. */
export async function openOperator(
  asked: Asked,
): Promise<{ client: Client; url: string; close: OwnServer['close'] }> {
  const { env, options, output, signal } = asked;
  const url = urlOf(asked);
  if (url === undefined) {
    const server = await openOwnServer({ env, output });
    return {
      client: createClient({ baseUrl: server.url, key: server.operatorKey }),
      url: server.url,
      close: server.close,
    };
  }
  const given = options.text('operator-key') ?? env['KINORA_OPERATOR_KEY'];
  const operator =
    given === undefined || given === '' ? await keptOperator(url, asked) : { baseUrl: url, key: given };
  if (operator === undefined)
    throw new UsageError(
      `The operator key of ${url} is needed.`,
      'It lies in the file operator-key in the home of that server: pass it as --operator-key or KINORA_OPERATOR_KEY.',
    );
  const client = createClient(operator);
  await client.health({ signal });
  return { client, url, close: async () => {} };
}

/** The operator key of our home goes to the server of our home, where that says it is, and to no other. */
async function keptOperator(
  url: string,
  { env }: Asked,
): Promise<{ baseUrl: string; key: string } | undefined> {
  const { home } = readConfig(env);
  const serving = await findServing(home);
  if (serving === undefined || originOf(serving.url) !== originOf(url)) return undefined;
  const key = await readOperatorKey(home);
  return key === undefined ? undefined : { baseUrl: serving.url, key };
}

const originOf = (url: string) => new URL(url).origin.replace('//localhost', '//127.0.0.1');

function urlOf({ env, options }: Asked): string | undefined {
  const url = options.text('url') ?? env['KINORA_URL'];
  if (url === undefined || url === '') return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(
      `"${url}" is not the address of a server.`,
      'Write it as in --url http://localhost:4700.',
    );
  return url;
}

function keyFor(url: string, { env, options }: Asked): string {
  const key = options.text('key') ?? env['KINORA_KEY'];
  if (key !== undefined && key !== '') return key;
  throw new UsageError(
    `An API key for ${url} is needed.`,
    `Pass it as --key or KINORA_KEY. The operator makes one: ${program} keys create --account acc_…`,
  );
}
