// One Kinora of a chaos run, in a process of its own so that it can be killed: API and worker, on a shared database.
import { readConfig } from '../../src/config.ts';
import { startKinora } from '../../src/main.ts';
import { createChaosEngines } from './engines.ts';

const providerUrl = process.env['CHAOS_PROVIDER'];
const doubles = process.env['CHAOS_DOUBLES'];
if (providerUrl === undefined || doubles === undefined)
  throw new Error('CHAOS_PROVIDER and CHAOS_DOUBLES say where the providers are');
const say = (level: string) => (message: string, details?: object) => {
  const text = details === undefined ? '' : ` ${JSON.stringify(details, plainErrors)}`;
  process.stderr.write(`${new Date().toISOString()} ${process.pid} ${level} ${message}${text}\n`);
};
const kinora = await startKinora(
  readConfig(process.env),
  { info: () => {}, warn: say('warn'), error: say('error') },
  { engines: createChaosEngines({ provider: providerUrl, doubles: JSON.parse(doubles) }) },
);
process.send?.({ url: kinora.url });
process.on('disconnect', () => process.exit());

function plainErrors(_name: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
