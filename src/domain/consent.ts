/** How a person has agreed. `page`: on a page of this server, which alone may say so. */
export const consentChannels = [
  'page',
  'app',
  'web',
  'paper',
  'email',
  'phone',
  'in_person',
  'other',
] as const;

export type ConsentChannel = (typeof consentChannels)[number];

export const consentStates = ['valid', 'expired', 'revoked'] as const;

export type ConsentState = (typeof consentStates)[number];

/** What a person has agreed to. */
export interface ConsentScope {
  /** In words, for people: nothing is decided by them. */
  purposes: string[];
  /** Who may make the video; null: any. */
  engines: string[] | null;
  /** What it may be made for; null: anything. */
  workflows: string[] | null;
}

/** How many photos a person gives on one page (R61). */
export const mostPhotos = 5;

/** What a video needs of the consents of the people in it. */
export interface ConsentUse {
  engine: string;
  workflow: string | undefined;
}

/** Why a consent does not allow a use, as the end of a sentence that begins with its id; undefined if it does. */
export function refuseConsent(
  { state, scope }: { state: ConsentState; scope: ConsentScope },
  { engine, workflow }: ConsentUse,
): string | undefined {
  if (state === 'revoked') return 'was revoked';
  if (state === 'expired') return 'has run out';
  if (scope.engines !== null && !scope.engines.includes(engine))
    return `is for the engines ${scope.engines.join(', ')}, not for ${engine}`;
  if (scope.workflows !== null && (workflow === undefined || !scope.workflows.includes(workflow)))
    return `is for the workflows ${scope.workflows.join(', ')}, not for ${workflow ?? 'a request that names none'}`;
  return undefined;
}
