import type { Account } from '../../contract/account.ts';
import { program } from '../again.ts';
import { type Command, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator } from '../session.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

export const command: Command = {
  name: 'accounts',
  summary: 'list and make accounts',
  usage: '[list | create <name>]',
  options: {
    'concurrency-limit': {
      type: 'string',
      value: 'N',
      help: 'with create: videos in the making at once; 10 by default',
    },
    url: serverOptions.url,
    ...operatorOption,
  },
  examples: ['kinora accounts', 'kinora accounts create "Halden shop"'],
  async run({ positionals, options, env, output, signal }) {
    const [verb = 'list', name, ...rest] = positionals;
    if (verb !== 'list' && verb !== 'create')
      throw new UsageError(`accounts cannot "${verb}".`, 'It can list, and create <name>.');
    if (verb === 'create' && name === undefined) throw new UsageError('The name of the account is missing.');
    if (rest.length > 0 || (verb === 'list' && name !== undefined))
      throw new UsageError(`"${rest[0] ?? name}" is too much.`, 'Put quotes around a name with spaces.');
    const limit = options.wholeNumber('concurrency-limit');
    const session = await openOperator({ options, env, output, signal });
    try {
      const accounts =
        verb === 'list'
          ? await session.client.accounts.list({ signal })
          : [
              await session.client.accounts.create(
                { name: name ?? '', ...(limit === undefined ? {} : { concurrency_limit: limit }) },
                { signal },
              ),
            ];
      for (const account of accounts) output.data(account);
      if (accounts.length === 0)
        output.line(`There are no accounts yet: ${program} accounts create "My shop"`);
      else for (const line of table(accounts, columns, output.style)) output.line(line);
    } finally {
      await session.close();
    }
  },
};

const columns = [
  { head: 'ID', cell: ({ id }: Account) => id },
  { head: 'NAME', cell: ({ name }: Account) => oneLine(name) },
  {
    head: 'AVAILABLE',
    align: 'right',
    cell: ({ credits }: Account) => credits.live.available.toLocaleString('en'),
  },
  { head: 'HELD', align: 'right', cell: ({ credits }: Account) => credits.live.held.toLocaleString('en') },
  { head: 'AT ONCE', align: 'right', cell: (account: Account) => String(account.concurrency_limit) },
] as const;
