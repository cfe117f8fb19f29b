/** What a file was, or a link to one, that a revocation took away. */
export const tombstoneKinds = [
  'photo',
  'clip',
  'voice',
  'video',
  'poster',
  'late_video',
  'late_poster',
  'link',
] as const;

export type TombstoneKind = (typeof tombstoneKinds)[number];

/** Why something of a person is still there after a revocation. */
export const remainderReasons = [
  /** A provider was sent the references, or made the video: its copies are under its rules, and it has no call to delete them. */
  'provider_copy',
  /** Nobody can tell whether a provider is still making it: it is dropped when it comes. */
  'provider_undecided',
  /** The same bytes were stored for something that this consent is not about. */
  'same_bytes_elsewhere',
  /** What proves the consent itself is kept to answer for the time before its end. */
  'evidence',
  /** Ledger, receipts and the log: what was made for whom and what it cost, without pictures. */
  'records',
] as const;

export type RemainderReason = (typeof remainderReasons)[number];

/** What a certificate is signed for: the same key signs other things too. */
export const certificatePurpose = 'kinora-deletion-certificate/1';
