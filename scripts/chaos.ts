// npm run chaos -- --generations 4000 --kills 60 [--seed N]: kills servers, database and provider at random while the
// provider misbehaves, and says by both sides' books what became of every generation. One JSON line on standard output;
// exit code 1 if anything was lost, made twice or charged wrongly.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { chaosEngines, usualEngines } from './chaos/engines.ts';
import { runChaos } from './chaos/run-chaos.ts';

const { values } = parseArgs({
  options: {
    generations: { type: 'string', default: '400' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string' },
    servers: { type: 'string', default: '3' },
    /** Only one way of recovery, such as keyed, or one real engine, such as fal or comfyui. */
    engine: { type: 'string', multiple: true },
  },
});

const whole = (name: string, text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
};
const wanted = values.engine ?? usualEngines;
if (wanted.some((name) => !chaosEngines.includes(name)))
  throw new Error(`--engine is one of ${chaosEngines.join(', ')}`);

const kills = whole('kills', values.kills);
const { result, findings } = await runChaos({
  generations: whole('generations', values.generations),
  kills,
  seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed),
  servers: whole('servers', values.servers),
  databaseKills: Math.round(kills / 20),
  providerKills: Math.round(kills / 15),
  engines: wanted,
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stderr.write(`${JSON.stringify(findings, undefined, 2)}\n`);
process.stdout.write(`${JSON.stringify(result)}\n`);
const isRight =
  result.lost + result.double_submitted + result.charged_but_failed + result.ledger_imbalance === 0 &&
  result.events_missing === 0 &&
  result.complete + result.failed + result.canceled + result.parked_unknown === result.generations &&
  findings.parkedWithoutNeed.length === 0 &&
  findings.completeOfSucceeded >= 0.95;
process.exit(isRight ? 0 : 1);
