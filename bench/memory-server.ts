// A whole Kinora for the memory bench, ended when the parent lets go.
import { readConfig } from '../src/config.ts';
import { startKinora } from '../src/main.ts';
import { createAccount } from '../src/store/accounts.ts';
import { createKey } from '../src/store/keys.ts';

export interface MemoryServer {
  url: string;
  key: string;
}

const config = readConfig({ KINORA_HOME: process.argv[2], KINORA_PORT: '0' });
const warn = (message: string, details?: object) =>
  process.stderr.write(`${message} ${JSON.stringify(details)}\n`);
const kinora = await startKinora(config, { info: () => {}, warn, error: warn });
const account = await createAccount(kinora.store, {
  name: 'bench',
  concurrencyLimit: 10,
  timeZone: 'UTC',
  credits: { live: 0, test: 0 },
});
const { secret } = await createKey(kinora.store, { accountId: account.id, mode: 'live', name: 'bench' });
process.send?.({ url: kinora.url, key: secret } satisfies MemoryServer);
process.on('disconnect', () => void kinora.close().then(() => process.exit()));
