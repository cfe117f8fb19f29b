import type { Budget, Client } from '../../client/index.ts';
import { program } from '../again.ts';
import { budgetTable } from '../budget-table.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator, openSession } from '../session.ts';

const scopes = ['account', 'key', 'workflow', 'batch', 'tag', 'end_user'] as const;
const periods = ['total', 'daily', 'monthly'] as const;
const actions = ['block', 'alert'] as const;

export const command: Command = {
  name: 'budgets',
  summary: 'cap what is spent: list, create, change and end budgets',
  usage: '[list | create <name> | set <budget id> | end <budget id>]',
  options: {
    limit: { type: 'string', value: 'CREDITS', help: 'with create and set: the limit; 0 blocks everything' },
    scope: {
      type: 'string',
      value: 'SCOPE',
      help: `with create: ${scopes.join(', ')}; default account`,
    },
    value: { type: 'string', value: 'TEXT', help: 'with create: which one; "*" is each by itself' },
    period: { type: 'string', value: 'PERIOD', help: `with create: ${periods.join(', ')}; default daily` },
    action: { type: 'string', value: 'ACTION', help: 'with create and set: block, the default, or alert' },
    thresholds: {
      type: 'string',
      value: 'PERCENT,…',
      help: 'with create and set: when to tell; default 50,80,100; none for never',
    },
    name: { type: 'string', value: 'NAME', help: 'with set: another name' },
    all: { type: 'boolean', help: 'with list: also those that have ended' },
    account: { type: 'string', value: 'ID', help: 'as the operator: whose budgets' },
    test: { type: 'boolean', help: 'with --account: those of test credits' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora budgets',
    'kinora budgets create "Each person" --scope end_user --value "*" --period daily --limit 500',
    'kinora budgets set budget_… --limit 8000',
  ],
  async run(invocation) {
    const [verb = 'list', argument, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'list') return withClient(invocation, (client) => list(invocation, client));
    if (verb !== 'create' && verb !== 'set' && verb !== 'end')
      throw new UsageError(`budgets cannot "${verb}".`, 'It can list, create, set and end.');
    if (argument === undefined)
      throw new UsageError(
        verb === 'create' ? 'The name of the budget is missing.' : 'The id of the budget is missing.',
        verb === 'create'
          ? `${program} budgets create "Spring" --limit 5000`
          : `${program} budgets lists them.`,
      );
    const { change, create } = wanted(invocation);
    return withClient(invocation, async (client) => {
      const { signal } = invocation;
      const whose = whoseOf(invocation);
      if (verb === 'create')
        return show(invocation, await client.budgets.create({ ...create(argument), ...whose }, { signal }));
      if (verb === 'set')
        return show(invocation, await client.budgets.change(argument, change, { whose, signal }));
      const ended = await client.budgets.end(argument, { whose, signal });
      invocation.output.data(ended);
      invocation.output.line(`The budget "${ended.name}" has ended; what is held in it stays booked.`);
    });
  },
};

async function list({ options, output, signal, ...rest }: Invocation, client: Client): Promise<void> {
  const status = options.flag('all') ? ('all' as const) : ('active' as const);
  const budgets: Budget[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.budgets.list(
      {
        ...whoseOf({ options, output, signal, ...rest }),
        status,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      },
      { signal },
    );
    budgets.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  for (const budget of budgets) output.data(budget);
  if (budgets.length === 0)
    output.note(`There are no budgets. ${program} budgets create "Month" --period monthly --limit 5000`);
  else for (const line of budgetTable(budgets, output.style)) output.line(line);
}

function show({ output }: Invocation, budget: Budget): void {
  output.data(budget);
  for (const line of budgetTable([budget], output.style)) output.line(line);
}

/** What the options say of a budget, checked before any server is asked. */
function wanted({ options }: Invocation) {
  const limit = options.wholeNumber('limit');
  const action = oneOf('action', options.text('action'), actions);
  const thresholds = percentages(options.text('thresholds'));
  const name = options.text('name');
  const scope = oneOf('scope', options.text('scope'), scopes) ?? 'account';
  const period = oneOf('period', options.text('period'), periods) ?? 'daily';
  const value = options.text('value');
  const settings = {
    ...(action === undefined ? {} : { action }),
    ...(thresholds === undefined ? {} : { thresholds }),
  };
  return {
    change: {
      ...settings,
      ...(limit === undefined ? {} : { limit_credits: limit }),
      ...(name === undefined ? {} : { name }),
    },
    create(called: string) {
      if (limit === undefined) throw new UsageError('--limit is missing: how many credits?');
      return {
        ...settings,
        name: called,
        scope,
        period,
        limit_credits: limit,
        ...(value === undefined ? {} : { scope_value: value }),
      };
    },
  };
}

function oneOf<T extends string>(
  name: string,
  given: string | undefined,
  words: readonly T[],
): T | undefined {
  if (given === undefined) return undefined;
  const word = words.find((candidate) => candidate === given.replace('-', '_'));
  if (word === undefined)
    throw new UsageError(`--${name} must be one of ${words.join(', ')}, not "${given}".`);
  return word;
}

function percentages(given: string | undefined): number[] | undefined {
  if (given === undefined) return undefined;
  if (given === 'none') return [];
  const parts = given.split(',').map((part) => part.trim().replace(/%$/, ''));
  if (!parts.every((part) => /^\d{1,4}$/.test(part)))
    throw new UsageError(`--thresholds must be percentages as in 50,80,100, not "${given}".`);
  return parts.map(Number);
}

function whoseOf({ options }: Invocation): { account_id?: string; purse?: 'live' | 'test' } {
  const account = options.text('account');
  if (account === undefined) return {};
  return { account_id: account, purse: options.flag('test') ? 'test' : 'live' };
}

/** With --account as the operator, else as the account of the key. */
async function withClient(invocation: Invocation, work: (client: Client) => Promise<void>): Promise<void> {
  const asOperator = invocation.options.text('account') !== undefined;
  const session = asOperator ? await openOperator(invocation) : await openSession(invocation);
  try {
    await work(session.client);
  } finally {
    await session.close();
  }
}
