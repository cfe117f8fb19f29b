import { isIP } from 'node:net';
import { isPublicAddress } from '../../net/public-address.ts';

/** Names of query fields by which the usual stores sign links that expire. */
const signs =
  /^(expires?|expiry|exp|signature|sig|token|x-amz-(expires|signature|date)|x-goog-(expires|signature|date)|se|sp|sv|hdnea|policy|key-pair-id)$/i;

/** Why an address may not be written into a shop; undefined for one that may. */
export function refuseAddress(address: string, allowLocal: boolean): string | undefined {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return 'its address is no http(s) URL.';
  const sign = [...url.searchParams.keys()].find((name) => signs.test(name));
  if (sign !== undefined || url.pathname.startsWith('/v1/content/'))
    return `its address ${url.origin}${url.pathname} expires${sign === undefined ? '' : ` ("${sign}" in its query)`}. Publish the workflow, and the record has one that stays.`;
  if (allowLocal || isPublic(url)) return undefined;
  return `its address begins with ${url.origin}, which nobody else can reach. Set KINORA_PUBLIC_URL, or allow_local: true for the sink.`;
}

function isPublic({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return isPublicAddress(host);
  const name = host.replace(/\.+$/, '');
  return name.includes('.') && !/\.(localhost|local|internal|lan|home\.arpa|test|invalid)$/i.test(name);
}
