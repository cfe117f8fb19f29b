import type { Consent, ConsentLink } from '../contract/consent.ts';
import type { ConsentLinkRow } from '../store/consent-links.ts';
import type { ConsentRow } from '../store/consents.ts';

export function presentConsent(row: ConsentRow): Consent {
  const { revocation } = row;
  return {
    id: row.id,
    object: 'consent',
    state: row.state,
    person: row.person,
    text_version: row.textVersion,
    text_sha256: row.textSha256,
    scope: row.scope,
    channel: row.channel,
    given_at: row.givenAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    evidence_sha256: row.evidenceSha256,
    evidence_file_id: row.evidenceFileId,
    recorded_by: row.recordedBy,
    files: row.fileIds,
    created_at: row.createdAt.toISOString(),
    revocation:
      revocation === null
        ? null
        : {
            at: new Date(revocation.at).toISOString(),
            by: revocation.by,
            reason: revocation.reason,
            erased_at: revocation.erasedAt === null ? null : new Date(revocation.erasedAt).toISOString(),
            certificate_id: revocation.certificateId,
          },
  };
}

export function presentConsentLink(link: ConsentLinkRow, fileIds: string[]): ConsentLink {
  return {
    id: link.id,
    object: 'consent_link',
    person: link.person,
    text_version: link.textVersion,
    scope: link.scope,
    min_photos: link.minPhotos,
    max_photos: link.maxPhotos,
    expires_at: link.expiresAt.toISOString(),
    created_at: link.createdAt.toISOString(),
    consent_id: link.consentId,
    files: fileIds,
  };
}
