import type { Erasure } from './erasures.ts';

/** The bytes of a person: photos that came with the consent $1, or were used with it, and videos that were made of them. */
export const photos = `select f.sha256 from files f where f.consent_id = $1
  union select r.sha256 from generation_references r where r.consent_id = $1
  union select t.sha256 from tombstones t where t.consent_id = $1`;

/** A file that is the video or poster of a generation that has nothing to do with the person, though its bytes are the same. */
const madeByOthers = `select from files o where o.id = r.file_id and o.generation_id is not null
  and not exists (select from tombstones t where t.consent_id = $1 and t.generation_id = o.generation_id)`;

/** Whether the consent $1 was given to live keys: one to try things with takes nothing from those. */
export const isLive = `(select purse = 'live' from consents where id = $1)`;

/** Of the account $2: references with the consent $1, or with those bytes, without any, and in the mode of the consent. */
export const personReferences = `select r.generation_id, r.kind, r.position, r.sha256, r.file_id
  from generation_references r join generations g on g.id = r.generation_id
  where g.account_id = $2 and (r.consent_id = $1 or (r.consent_id is null
    and g.purse = (select purse from consents where id = $1) and r.sha256 in (${photos})
    and not exists (${madeByOthers})))`;

/** Those with any of these references, or that had one before it was taken away. */
export const personGenerations = `select generation_id from (${personReferences}) p
  union select t.generation_id from tombstones t where t.consent_id = $1 and t.generation_id is not null`;

/** The person of a revoked consent. */
export type Subject = Pick<Erasure, 'consentId' | 'accountId'>;

/** The values that these queries take. */
export const subjectOf = ({ consentId, accountId }: Subject) => [consentId, accountId];
