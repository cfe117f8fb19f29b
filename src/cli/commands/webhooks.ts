import type { Client } from '../../client/index.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { openSession } from '../session.ts';
import { table } from '../table.ts';
import { deliveryColumns, endpointColumns, printDelivery } from '../webhook-tables.ts';

const verbs = {
  list: 'none',
  create: 'The URL of the endpoint',
  enable: 'The id of the endpoint',
  disable: 'The id of the endpoint',
  delete: 'The id of the endpoint',
  rotate: 'The id of the endpoint, or "default",',
  secret: 'none',
  test: 'The id of the endpoint',
  deliveries: 'optional',
  show: 'The id of the delivery',
  resend: 'The id of the delivery',
} as const;

type Verb = keyof typeof verbs;

export const command: Command = {
  name: 'webhooks',
  summary: 'list, make and test webhook endpoints, see what was sent and send it again',
  usage:
    '[list | create <url> | enable, disable, delete, test <id> | rotate <id or default> | secret | deliveries [id] | show, resend <delivery id>]',
  options: {
    events: { type: 'string', value: 'TYPE,…', help: 'with create: which events it takes; "*" is every one' },
    description: { type: 'string', value: 'TEXT', help: 'with create: what it is for' },
    overlap: {
      type: 'string',
      value: 'SECONDS',
      help: 'with rotate: how long the old secret signs too; default a day',
    },
    state: { type: 'string', value: 'STATE', help: 'with deliveries: pending, delivered or failed' },
    ...serverOptions,
  },
  examples: [
    'kinora webhooks create https://shop.example.com/hooks/kinora',
    'kinora webhooks deliveries --state failed',
    'kinora webhooks resend del_…',
  ],
  async run(invocation) {
    const [word = 'list', argument, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (!Object.hasOwn(verbs, word))
      throw new UsageError(`webhooks cannot "${word}".`, `It can ${Object.keys(verbs).join(', ')}.`);
    const verb = word as Verb;
    const needs = verbs[verb];
    if (needs === 'none' && argument !== undefined) throw new UsageError(`"${argument}" is too much.`);
    if (needs !== 'none' && needs !== 'optional' && argument === undefined)
      throw new UsageError(
        `${needs} is missing.`,
        `${program} webhooks${verb === 'show' || verb === 'resend' ? ' deliveries' : ''} lists them.`,
      );
    const act = actions[verb];
    const wanted = { ...invocation, argument: argument ?? '' };
    const state = stateOf(invocation);
    const overlap = invocation.options.wholeNumber('overlap');
    const session = await openSession(invocation);
    try {
      await act(session.client, { ...wanted, state, overlap });
    } finally {
      await session.close();
    }
  },
};

type Wanted = Invocation & {
  argument: string;
  state: 'pending' | 'delivered' | 'failed' | undefined;
  overlap: number | undefined;
};

const actions: Record<Verb, (client: Client, wanted: Wanted) => Promise<void>> = {
  async list({ webhooks }, { output, signal }) {
    const endpoints = await webhooks.list({ signal });
    for (const endpoint of endpoints) output.data(endpoint);
    if (endpoints.length === 0)
      output.note(`There are no endpoints. ${program} webhooks create https://example.com/hooks/kinora`);
    else for (const line of table(endpoints, endpointColumns, output.style)) output.line(line);
  },
  async create({ webhooks }, { argument: url, options, output, signal }) {
    const events = options
      .text('events')
      ?.split(',')
      .map((type) => type.trim());
    const description = options.text('description');
    const made = await webhooks.create(
      {
        url,
        ...(description === undefined ? {} : { description }),
        // What there is not is refused by the server, with the list of what there is.
        ...(events === undefined ? {} : { events: events as ['*'] }),
      },
      { signal },
    );
    output.data(made);
    output.line(made.secret);
    output.note(`${made.id} gets ${made.events.join(', ')}. The secret is shown this once: keep it now.`);
  },
  enable: (client, wanted) => turn(client, wanted, true),
  disable: (client, wanted) => turn(client, wanted, false),
  async delete({ webhooks }, { argument: id, output, signal }) {
    await webhooks.remove(id, { signal });
    output.data({ id, deleted: true });
    output.line(`${id} is deleted; what was sent to it stays in the log.`);
  },
  async rotate({ webhooks }, { argument, overlap, output, signal }) {
    const id = argument === 'default' ? undefined : argument;
    const rotated = await webhooks.rotate(id, overlap === undefined ? {} : { overlap_seconds: overlap }, {
      signal,
    });
    output.data(rotated);
    output.line(rotated.secret);
    const until = rotated.previous_expires_at;
    if (until !== null) output.note(`The old secret signs as well until ${until}.`);
    if (id !== undefined) output.note('The new one is shown this once: keep it now.');
  },
  async secret({ webhooks }, { output, signal }) {
    const account = await webhooks.secret({ signal });
    output.data(account);
    output.line(account.secret);
    output.note(
      'It signs what the webhook_url of a request gets, and alerts. Endpoints have secrets of their own.',
    );
  },
  async test({ webhooks }, { argument: id, output, signal }) {
    const sent = await webhooks.test(id, { signal });
    output.data(sent);
    output.line(`${sent.event_id} is on its way to ${id}.`);
    output.note(`How it went: ${program} webhooks deliveries ${id}`);
  },
  async deliveries({ deliveries }, { argument, state, output, signal }) {
    const endpoint = argument === '' ? undefined : argument;
    const query = { limit: 100, ...(state === undefined ? {} : { state }) };
    const { data } = await deliveries.list(endpoint, query, { signal });
    for (const delivery of data) output.data(delivery);
    if (data.length === 0) output.note('Nothing was sent.');
    else for (const line of table(data, deliveryColumns, output.style)) output.line(line);
  },
  async show({ deliveries }, { argument: id, output, signal }) {
    const delivery = await deliveries.get(id, { signal });
    output.data(delivery);
    printDelivery(output, delivery);
  },
  async resend({ deliveries }, { argument: id, output, signal }) {
    const delivery = await deliveries.resend(id, { signal });
    output.data(delivery);
    output.line(`${id} is on its way to ${delivery.url} again.`);
  },
};

async function turn({ webhooks }: Client, wanted: Wanted, enabled: boolean): Promise<void> {
  const { argument: id, output, signal } = wanted;
  const endpoint = await webhooks.change(id, { enabled }, { signal });
  output.data(endpoint);
  output.line(`${id} is ${enabled ? 'enabled' : 'disabled'}.`);
}

function stateOf({ options }: Invocation): Wanted['state'] {
  const given = options.text('state');
  if (given === undefined || given === 'pending' || given === 'delivered' || given === 'failed') return given;
  throw new UsageError(`--state must be pending, delivered or failed, not "${given}".`);
}
