// npm run chaos:run -- --rows 1000 --kills 60 [--seed N]: runs a workflow over a catalogue on the simulated engine while
// the command, its server and PostgreSQL are killed with -9 at random, begins it anew until it is done, and says by all
// books what became of every row. One JSON line on standard output; exit code 1 if anything was made or paid twice,
// or a sink is not exact.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isRight, killRuns } from './chaos/kill-runs.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '60' },
    seed: { type: 'string' },
  },
});

const whole = (name: string, text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
};

const verdict = await killRuns({
  rows: whole('rows', values.rows),
  kills: whole('kills', values.kills),
  seed: values.seed === undefined ? randomInt(2 ** 31) : whole('seed', values.seed),
  latencySeconds: 0.3,
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${JSON.stringify(verdict)}\n`);
process.exit(isRight(verdict) ? 0 : 1);
