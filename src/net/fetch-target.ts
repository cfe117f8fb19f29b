import { isIP } from 'node:net';
import { forbiddenUrl, notAUrl, privateAddress } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';

/** A URL that may be connected to. Unless `trusted`, only while its name leads to public addresses. */
export interface FetchTarget {
  url: URL;
  trusted: boolean;
}

/** Names that mean this machine or this network wherever they are looked up; each also covers what is below it. */
const privateNames = ['localhost', 'local', 'internal'];

/**
 * Checks everything about a URL that can be known before its name is looked up, and throws an AppError that says
 * what is wrong. `base` is the URL that redirected here; being trusted does not pass from one to the other.
 */
export function checkTarget(
  text: string,
  options: { base?: URL; trustedOrigins: ReadonlySet<string> },
): FetchTarget {
  const url = URL.parse(text, options.base?.href);
  if (url === null) throw notAUrl();
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw forbiddenUrl(url, `has the scheme "${url.protocol}"; only http: and https: are fetched`);
  if (url.username !== '' || url.password !== '')
    throw forbiddenUrl(url, 'came with a user name or password in it, which is never sent');
  if (options.trustedOrigins.has(url.origin)) return { url, trusted: true };

  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPrivate = isIP(host) === 0 ? isPrivateName(host) : !isPublicAddress(host);
  if (isPrivate) throw privateAddress(url);
  const port = url.port === '' ? 443 : Number(url.port);
  if (port < 1_024 && port !== 80 && port !== 443)
    throw forbiddenUrl(url, `uses port ${port}; below 1024 only 80 and 443 are fetched from`);
  return { url, trusted: false };
}

/** The origin an operator trusts, checked; it must be written as an origin and nothing more. */
export function parseTrustedOrigin(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isWeb || url.href !== `${url.origin}/`)
    throw new TypeError(
      `The trusted origin "${text}" is not an origin: write scheme, host and port only, as in http://10.0.0.5:8188.`,
    );
  return url.origin;
}

function isPrivateName(host: string): boolean {
  const name = host.replace(/\.+$/, '');
  return privateNames.some((known) => name === known || name.endsWith(`.${known}`));
}
