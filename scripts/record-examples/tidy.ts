import { createHash } from 'node:crypto';

const idPattern = /\b([a-z]+_)([0-9a-z]{24})\b/g;
const firstId = '3v9k0c7m2q5x8z1b4n6p0r2t';

/**
 * Examples without what differs from run to run and tells nobody anything: ids count up, secrets are none, and addresses
 * are replaced as `addresses` says.
 */
export function tidy(examples: object, addresses: Record<string, string>): Record<string, unknown> {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  const stable = (id: string, prefix: string) => {
    const earlier = known.get(id);
    if (earlier !== undefined) return earlier;
    const count = counts.get(prefix) ?? 0;
    counts.set(prefix, count + 1);
    const digits = count === 0 ? firstId : hash(`${prefix}${count}`);
    known.set(id, prefix + digits);
    return prefix + digits;
  };
  let text = JSON.stringify(examples)
    .replace(/kin_(live|test)_[A-Za-z0-9_-]{20,}/g, 'kin_$1_4dZx9mQ2vK7rT1pYwB6nHs3')
    .replace(/kin_upload_[A-Za-z0-9_-]{20,}/g, 'kin_upload_4dZx9mQ2vK7rT1pYwB6nHs3')
    .replace(/\/consent\/[A-Za-z0-9_-]{43}/g, '/consent/MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwQ4dZx9mQ2vK')
    .replace(/whsec_[A-Za-z0-9+/=]{20,}/g, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
    .replace(idPattern, stable);
  for (const [from, to] of Object.entries(addresses)) text = text.replaceAll(from, to);
  return JSON.parse(text) as Record<string, unknown>;
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, firstId.length);
