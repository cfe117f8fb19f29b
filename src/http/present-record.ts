import type { RecordDetail, VideoRecord } from '../contract/record.ts';
import type { MadeVersion, RecordRow, VersionRow } from '../store/read-records.ts';
import type { Links } from './links.ts';
import { presentVideo } from './present-generation.ts';

/** Where everybody sees a record of a published workflow; the address is the same for as long as it is published. */
export function publicUrls(
  links: Links,
  { publicId, key }: Pick<RecordRow, 'publicId' | 'key'>,
): VideoRecord['urls'] {
  if (publicId === null) return null;
  const path = `/r/${publicId}/${encodeURIComponent(key)}`;
  const [video, poster] = [links.absolute(`${path}.mp4`), links.absolute(`${path}.jpg`)];
  const attributes = `src="${escaped(video)}" poster="${escaped(poster)}"`;
  return {
    video,
    poster,
    embed_html: `<video ${attributes} controls playsinline preload="none" aria-label="${escaped(key)}"></video>`,
  };
}

export function presentRecord(row: RecordRow, links: Links): VideoRecord {
  const urls = publicUrls(links, row);
  return {
    id: row.id,
    object: 'record',
    workflow: row.workflow,
    key: row.key,
    fingerprint: row.fingerprint,
    version: row.lastVersion,
    state: row.state,
    pinned_version: row.pinnedVersion,
    live:
      row.live === null
        ? null
        : {
            ...presentMade(row.live, links),
            video_url: urls?.video ?? null,
            poster_url: urls?.poster ?? null,
          },
    awaiting_review: row.awaitingReview === null ? null : presentMade(row.awaitingReview, links),
    urls,
    created_at: row.createdAt.toISOString(),
  };
}

export function presentVersion(row: VersionRow, links: Links): RecordDetail['versions'][number] {
  return {
    number: row.number,
    state: row.state,
    fingerprint: row.fingerprint,
    review: row.review,
    review_reason: row.reviewReason,
    review_note: row.reviewNote,
    reviewed_at: row.reviewedAt?.toISOString() ?? null,
    reviewed_by: row.reviewedBy,
    remade_from: row.remadeFrom,
    note: row.note,
    batch_id: row.batchId,
    row_number: row.rowNumber,
    generation_id: row.generationId,
    credits: row.chargedCredits,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
    output: row.made === null ? null : presentVideo(row.made, links),
    created_at: row.createdAt.toISOString(),
  };
}

const presentMade = (made: MadeVersion, links: Links) => ({
  version: made.version,
  generation_id: made.generationId,
  output: presentVideo(made, links),
});

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
