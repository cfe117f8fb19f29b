// npm run bench -- [claim] [engine] [ledger] [memory] [plan] [poll] [submit] [--json]: what Kinora costs beside the least that could do the same work, both
// measured in the same run. Absolute figures belong to the machine; ratios travel.
import { parseArgs } from 'node:util';
import { benchClaim } from './claim.ts';
import { benchEngine } from './engine/index.ts';
import { benchLedger } from './ledger.ts';
import { benchMemory } from './memory.ts';
import { benchPlan } from './plan.ts';
import { benchPoll } from './poll.ts';
import { createReport } from './report.ts';
import { benchSubmit } from './submit.ts';

const benches = {
  claim: benchClaim,
  engine: benchEngine,
  ledger: benchLedger,
  memory: benchMemory,
  plan: benchPlan,
  poll: benchPoll,
  submit: benchSubmit,
};

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const wanted = positionals.length === 0 ? Object.keys(benches) : positionals;
for (const name of wanted)
  if (!(name in benches)) {
    process.stderr.write(`There is no bench "${name}"; there are: ${Object.keys(benches).join(', ')}.\n`);
    process.exit(2);
  }
for (const [name, run] of Object.entries(benches))
  if (wanted.includes(name)) await run(createReport(name, values.json));
