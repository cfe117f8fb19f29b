import type { Key } from '../../client/index.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator, openSession } from '../session.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

export const command: Command = {
  name: 'keys',
  summary: 'list, make and revoke API keys',
  usage: '[list | create --account ID | revoke <key id>]',
  options: {
    account: { type: 'string', value: 'ID', help: 'with create: whose key it is to be (as the operator)' },
    name: { type: 'string', value: 'NAME', help: 'with create: what it is for' },
    test: { type: 'boolean', help: 'with create: a test key, which spends test credits only' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora keys',
    'kinora keys create --account acc_… --name "shop import"',
    'kinora keys revoke key_…',
  ],
  async run(invocation) {
    const [verb = 'list', id, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'create') return create(invocation);
    if (verb === 'list') return list(invocation);
    if (verb !== 'revoke') throw new UsageError(`keys cannot "${verb}".`, 'It can list, create and revoke.');
    if (id === undefined)
      throw new UsageError('The id of the key is missing.', `${program} keys lists them.`);
    return revoke(invocation, id);
  },
};

async function create(invocation: Invocation): Promise<void> {
  const { options, output, signal } = invocation;
  const account = options.text('account');
  if (account === undefined)
    throw new UsageError(
      '--account is missing: whose key is it to be?',
      `${program} accounts lists their ids.`,
    );
  const name = options.text('name');
  const session = await openOperator(invocation);
  try {
    const key = await session.client.keys.create(
      {
        account_id: account,
        mode: options.flag('test') ? 'test' : 'live',
        ...(name === undefined ? {} : { name }),
      },
      { signal },
    );
    output.data(key);
    output.line(key.key);
    output.note(
      `${key.id}, a ${key.mode} key of ${key.account_id}. The secret is shown this once: keep it now.`,
    );
  } finally {
    await session.close();
  }
}

async function list(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const keys = await session.client.keys.list({ signal });
    for (const key of keys) output.data(key);
    for (const line of table(keys, columns, output.style)) output.line(line);
  } finally {
    await session.close();
  }
}

async function revoke(invocation: Invocation, id: string): Promise<void> {
  const session = await openSession(invocation);
  try {
    const key = await session.client.keys.revoke(id, { signal: invocation.signal });
    invocation.output.data(key);
    invocation.output.line(`${key.id} (${key.hint}…) is revoked.`);
  } finally {
    await session.close();
  }
}

const columns = [
  { head: 'ID', cell: ({ id }: Key) => id },
  { head: 'KEY', cell: ({ hint }: Key) => `${hint}…` },
  { head: 'NAME', cell: ({ name }: Key) => oneLine(name) },
  { head: 'MADE', cell: ({ created_at: at }: Key) => at.slice(0, 10) },
  { head: 'REVOKED', cell: ({ revoked_at: at }: Key) => at?.slice(0, 10) ?? '' },
] as const;
