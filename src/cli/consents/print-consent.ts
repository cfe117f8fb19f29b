import type { Consent } from '../../client/index.ts';
import type { Output } from '../output.ts';
import { oneLine } from '../text-width.ts';

/** One consent, for a person. */
export function printConsent(output: Output, consent: Consent): void {
  const { scope, revocation } = consent;
  const about = (name: string, value: string) =>
    output.line(`${output.style.faint(name.padEnd(9))} ${oneLine(value)}`);
  output.line(`${consent.id}   ${consent.state}`);
  about('person', consent.person);
  about('for', scope.purposes.join(', '));
  about('engines', scope.engines?.join(', ') ?? 'any');
  about('workflows', scope.workflows?.join(', ') ?? 'any');
  about('text', `${consent.text_version}, sha256 ${consent.text_sha256.slice(0, 12)}…`);
  about('given', `${consent.given_at}, ${consent.channel}, recorded by ${consent.recorded_by}`);
  about('until', consent.expires_at ?? 'it is revoked');
  about('files', consent.files.length === 0 ? 'none' : consent.files.join(', '));
  if (revocation === null) return;
  about('revoked', `${revocation.at} by ${revocation.by}`);
  if (revocation.reason !== null) about('because', revocation.reason);
  about('deleted', revocation.erased_at ?? 'not all of it yet');
}
