import { program } from '../again.ts';
import { type Command, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { followFeed } from '../listen/follow-feed.ts';
import { createForwarder, newListenSecret } from '../listen/forward-event.ts';
import { openSession } from '../session.ts';

export const command: Command = {
  name: 'listen',
  summary: 'show events as they happen, and forward them to a server on this machine',
  usage: '',
  options: {
    'forward-to': {
      type: 'string',
      value: 'URL',
      help: 'send each there as a signed webhook, such as http://localhost:3000/hook',
    },
    events: { type: 'string', value: 'TYPE,…', help: 'only these; every one by default' },
    secret: {
      type: 'string',
      value: 'WHSEC',
      help: 'sign with this secret (or KINORA_LISTEN_SECRET); a fresh one is printed by default',
    },
    since: {
      type: 'string',
      value: 'TIME',
      help: 'begin there, as in 2026-11-01T00:00:00Z; with now by default',
    },
    ...serverOptions,
  },
  examples: [
    'kinora listen',
    'kinora listen --forward-to http://localhost:3000/hook --events generation.complete,generation.failed',
  ],
  async run(invocation) {
    const { options, env, output, signal, positionals } = invocation;
    if (positionals.length > 0)
      throw new UsageError(`"${positionals[0]}" is too much.`, 'The address goes after --forward-to.');
    const target = targetOf(options.text('forward-to'));
    const secret = secretOf(options.text('secret') ?? env['KINORA_LISTEN_SECRET']);
    const types = options
      .text('events')
      ?.split(',')
      .map((type) => type.trim());
    const since = options.text('since');
    const session = await openSession(invocation);
    try {
      const forward =
        target === undefined ? undefined : createForwarder({ target, secret, fetch: globalThis.fetch });
      output.note(
        target === undefined
          ? `Listening to ${session.url}. ${program} listen --forward-to http://localhost:3000/hook forwards.`
          : `Listening to ${session.url}, forwarding to ${target}.`,
      );
      if (target !== undefined) {
        output.data({ forward_to: target, secret });
        output.line(`Your webhook secret is ${output.style.strong(secret)}`);
      }
      await followFeed({ client: session.client, types, since, forward, output, signal });
    } finally {
      await session.close();
    }
  },
};

function targetOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError(
    `--forward-to must be the address of a receiver, not "${text}".`,
    'Write it whole, as in http://localhost:3000/hook.',
  );
}

function secretOf(text: string | undefined): string {
  if (text === undefined || text === '') return newListenSecret();
  if (/^whsec_[A-Za-z0-9+/]{32,}=*$/.test(text)) return text;
  throw new UsageError('The secret must be whsec_ and at least 24 bytes in base64.');
}
