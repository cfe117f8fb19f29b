import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** All addresses of a host name. Rejects with a DNS code such as ENOTFOUND. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }));

/**
 * The lookup a socket makes as it connects. Since the addresses judged here are the very ones connected to, a name
 * that answers differently the next time gains nothing. One address that is not public condemns the name.
 */
export function guardedLookup(options: {
  resolve: Resolve;
  /** Whether any address will do. */
  trusted: boolean;
  refusal(): Error;
}): LookupFunction {
  const { resolve, trusted, refusal } = options;
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (!trusted && found.some(({ address }) => !isPublicAddress(address))) callback(refusal(), []);
        else if (first === undefined) callback(noSuchHost(hostname), []);
        else if (all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

const noSuchHost = (hostname: string) =>
  Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
