import { AppError } from './errors.ts';

/** The error of what a revoked consent has taken away. `what` is the thing, as in `The file file_…`. */
export const goneForGood = (what: string, { consentId, goneAt }: { consentId: string; goneAt: Date }) =>
  new AppError(
    'gone',
    `${what} was deleted for good at ${goneAt.toISOString()}: its person has revoked the consent ${consentId}.`,
    { hint: 'Take the link out of your pages. What was deleted: GET /v1/consents/{id}/certificate.' },
  );
