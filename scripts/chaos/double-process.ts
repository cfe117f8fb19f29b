// The double of one provider in a process of its own, so that it can be killed: it speaks that provider's wire in front of
// the simulated one.
import { parseArgs } from 'node:util';
import { startDouble } from '../../test/contracts/engine/doubles/double.ts';
import { ownSubjects, subjects } from '../../test/contracts/engine/subjects.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: '' },
    provider: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
  },
});
const dialect = [...subjects, ...ownSubjects].find(({ name }) => name === values.engine)?.dialect;
if (dialect === undefined) throw new Error(`There is no double of "${values.engine}".`);
const { origin } = await startDouble({ dialect, provider: values.provider, port: Number(values.port) });
process.send?.({ origin });
process.on('disconnect', () => process.exit());
