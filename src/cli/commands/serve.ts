import { type Config, readConfig } from '../../config.ts';
import type { Kinora } from '../../main.ts';
import { program } from '../again.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { keepServing, removeServing } from '../home-files.ts';
import { serveLog } from '../serve-log.ts';

export const command: Command = {
  name: 'serve',
  summary: 'serve the API on this machine until Ctrl-C',
  usage: '[options]',
  options: {
    port: {
      type: 'string',
      short: 'p',
      value: 'PORT',
      help: 'where to listen (or KINORA_PORT); 4700 by default',
    },
    host: { type: 'string', value: 'HOST', help: 'on which address (or KINORA_HOST); 127.0.0.1 by default' },
  },
  examples: [
    'kinora serve',
    'kinora serve --port 4800',
    'DATABASE_URL=postgres://… kinora serve --host 0.0.0.0',
  ],
  async run(invocation) {
    const { positionals, output, signal } = invocation;
    if (positionals.length > 0)
      throw new UsageError(`serve takes no argument, not even "${positionals[0]}".`);
    const config = configOf(invocation);
    const { startKinora } = await import('../../main.ts');
    const log = serveLog({ level: config.logLevel, readable: process.stderr.isTTY === true && !output.json });
    output.note('starting …');
    const kinora = await startKinora(config, log);
    try {
      await keepServing(config.home, { url: addressOf(kinora.url, config), pid: process.pid });
      announce(invocation, kinora, config);
      const stopped = new Promise<undefined>((resolve) => {
        if (signal.aborted) resolve(undefined);
        signal.addEventListener('abort', () => resolve(undefined), { once: true });
      });
      const failure = await Promise.race([stopped, kinora.failed]);
      if (failure !== undefined) throw failure;
    } finally {
      await removeServing(config.home);
      await kinora.close();
    }
    output.note('stopped');
  },
};

/** What the server really listens on: the name localhost may mean ::1, where another program can listen. */
function addressOf(url: string, { host }: Config): string {
  return host === 'localhost' ? url : url.replace('//localhost:', '//127.0.0.1:');
}

function configOf({ env, options }: Pick<Invocation, 'env' | 'options'>): Config {
  const port = options.text('port');
  const host = options.text('host');
  return readConfig({
    ...env,
    ...(port === undefined ? {} : { KINORA_PORT: port }),
    ...(host === undefined ? {} : { KINORA_HOST: host }),
  });
}

function announce({ output }: Invocation, kinora: Kinora, config: Config): void {
  const { style } = output;
  output.data({ url: kinora.url, home: config.home, operator_key_path: kinora.operatorKeyPath ?? null });
  const facts = [
    ['API', kinora.url],
    ['docs', `${kinora.url}/docs`],
    ['data', config.home],
    [
      'database',
      config.databaseUrl === undefined ? 'embedded PostgreSQL, in the data folder' : 'DATABASE_URL',
    ],
    ['operator key', kinora.operatorKeyPath ?? 'from KINORA_OPERATOR_KEY'],
  ] as const;
  output.line();
  output.line(`${style.good('●')} ${style.strong('Kinora is ready')}`);
  for (const [name, fact] of facts) output.line(`  ${style.faint(name.padEnd(13))} ${fact}`);
  output.line();
  output.line(
    `  In another terminal:  ${style.strong(`${program} generate "A red kite over the sea at dawn" -o kite.mp4`)}`,
  );
  output.line(`  ${style.faint('Ctrl-C stops; whatever is being made goes on at the next start.')}`);
  output.line();
}
