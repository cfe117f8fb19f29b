import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { list } from '../engines/list.ts';
import { listRoutes, removeRoute, setRoute } from '../engines/routes.ts';
import { changeServer } from '../engines/servers.ts';
import { show } from '../engines/show.ts';
import { testEngine } from '../engines/test-engine.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';

export const command: Command = {
  name: 'engines',
  summary: 'show who makes the videos, try one, drain a server, and say who is asked first',
  usage:
    '[list | show <name> | test <name> | drain <name> <server> | undrain <name> <server> | routes | route <endpoint> <engine,…> | unroute <route id>]',
  options: {
    yes: { type: 'boolean', short: 'y', help: 'with test: make it without asking' },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'with test: where the video goes' },
    image: { type: 'string', value: 'FILE', help: 'with test: a picture, for an engine that needs one' },
    account: { type: 'string', value: 'ID', help: 'with route, as the operator: whose requests' },
    workflow: { type: 'string', value: 'NAME', help: 'with route: only those of a workflow' },
    'for-key': { type: 'string', value: 'ID', help: 'with route: only those of a key' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora engines',
    'kinora engines test videos -o test.mp4',
    'kinora engines drain videos http://10.0.0.5:8091',
    'kinora engines route reference-to-video videos,fal',
    'kinora engines route text-to-video local --workflow drafts --account acc_…',
  ],
  async run(invocation) {
    const [verb = 'list', ...words] = invocation.positionals;
    const run = verbs[verb];
    if (run === undefined)
      throw new UsageError(`engines cannot "${verb}".`, `It can ${Object.keys(verbs).join(', ')}.`);
    const missing = run.takes[words.length];
    if (missing !== undefined)
      throw new UsageError(`${missing} is missing.`, `${program} engines --help shows what it takes.`);
    if (words.length > run.takes.length) throw new UsageError(`"${words[run.takes.length]}" is too much.`);
    await run.run(invocation, words);
  },
};

interface Verb {
  /** What its words are, for whoever leaves one out. */
  takes: readonly string[];
  run(invocation: Invocation, words: readonly string[]): Promise<void>;
}

const verbs: Readonly<Record<string, Verb>> = {
  list: { takes: [], run: list },
  show: { takes: ['The name of the engine'], run: (invocation, [name = '']) => show(invocation, name) },
  test: { takes: ['The name of the engine'], run: (invocation, [name = '']) => testEngine(invocation, name) },
  drain: {
    takes: ['The name of the engine', 'The address of the server'],
    run: (invocation, [engine = '', origin = '']) => changeServer(invocation, 'drain', { engine, origin }),
  },
  undrain: {
    takes: ['The name of the engine', 'The address of the server'],
    run: (invocation, [engine = '', origin = '']) => changeServer(invocation, 'resume', { engine, origin }),
  },
  routes: { takes: [], run: listRoutes },
  route: {
    takes: ['The endpoint', 'The list of engines'],
    run: (invocation, [endpoint = '', engines = '']) => setRoute(invocation, { endpoint, engines }),
  },
  unroute: { takes: ['The id of the route'], run: (invocation, [id = '']) => removeRoute(invocation, id) },
};
