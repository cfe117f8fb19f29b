/** How a version stands, derived from its row and its generation. */
export const versionStates = [
  'waiting',
  /** Its generation is in line or in the making. */
  'making',
  'made',
  'failed',
  /** Its row was: nothing was held or charged. */
  'refused',
  'canceled',
  /** It was made, and its files were deleted. */
  'deleted',
] as const;

export type VersionState = (typeof versionStates)[number];

/** A version in one of these is there, or will be: the same fingerprint is not made once more. */
export const liveStates = ['waiting', 'making', 'made'] as const satisfies VersionState[];

export const reviews = ['none', 'approved', 'rejected'] as const;

export type Review = (typeof reviews)[number];

/** Why a version was rejected: a closed list, so that it can be counted. */
export const rejectReasons = [
  'wrong_product',
  'distorted',
  'off_brand',
  'wrong_text',
  'bad_motion',
  'bad_audio',
  'unsafe',
  'other',
] as const;

export type RejectReason = (typeof rejectReasons)[number];

/** Why another version of a record is shown than before, as `record.published` says it. */
export type PublishedReason =
  | 'made'
  | 'deleted'
  | 'approved'
  | 'rejected'
  | 'rolled_back'
  /** Its workflow is reviewed from now on, or is not any more. */
  | 'review_changed';

/** What is asked of a version against the newest one of its record. */
export const comparedStates = ['new', 'changed', 'open', 'failed'] as const;

export type ComparedState = (typeof comparedStates)[number];

export const recordLimits = {
  keyCharacters: 200,
  partsBytes: 8_192,
  comparedAtOnce: 10_000,
  keysPerPage: 10_000,
  markedAtOnce: 1_000,
  noteCharacters: 500,
} as const;
