import ipaddr from 'ipaddr.js';

/** Public by its number and yet inside every machine of one cloud: Azure's service address. */
const hostServices = ipaddr.parseCIDR('168.63.129.16/32');

/** All of IPv6 that is given out to the public; outside it are only special uses. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address, in any spelling of IPv4 or IPv6, is one of the public internet. What carries an IPv4 address
 * inside an IPv6 one (mapped, NAT64, 6to4, Teredo) is not, since it may lead anywhere; nor is what cannot be read.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' ? !parsed.match(hostServices) : parsed.match(globalUnicast);
}
