const host = 'rehearsal.invalid';

/**
 * What stands in a sheet or a feed where the address of the real video would. It leads nowhere, now and for ever
 * (RFC 2606): should it get into a shop, it shows nothing in place of something wrong.
 */
export function rehearsalAddress(of: { workflow: string; key: string; ending: 'mp4' | 'jpg' }): string {
  const [workflow, key] = [of.workflow, of.key].map(encodeURIComponent);
  return `https://${host}/${workflow}/${key}.${of.ending}`;
}

export const isRehearsalAddress = (address: string) => URL.parse(address)?.host === host;
