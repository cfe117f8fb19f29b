import type { Db } from './db.ts';
import { generationChannel } from './events.ts';

export type Renewed =
  | { status: 'held'; cancelRequested: boolean; pastDeadline: boolean }
  | { status: 'lost' };

/** Keeps a claimed generation for longer, and stores how far it is. */
export async function renewLease(
  db: Db,
  options: {
    id: string;
    lease: string;
    leaseSeconds: number;
    progress: { phase: string; fraction: number } | undefined;
  },
): Promise<Renewed> {
  const [row] = await db.query<{ cancelRequested: boolean; pastDeadline: boolean }>(
    `with g as (
      update generations set lease_expires_at = now() + $3 * interval '1 second',
        phase = coalesce($4, phase), progress = greatest(progress, coalesce($5, progress))
      where id = $1 and lease = $2 and status = 'processing'
      returning id, cancel_requested_at is not null as "cancelRequested",
        coalesce(expires_at <= kinora_now(), false) as "pastDeadline"
    )
    select "cancelRequested", "pastDeadline", pg_notify($6, id) from g`,
    [
      options.id,
      options.lease,
      options.leaseSeconds,
      options.progress?.phase ?? null,
      options.progress?.fraction ?? null,
      generationChannel,
    ],
  );
  if (row === undefined) return { status: 'lost' };
  const { cancelRequested, pastDeadline } = row;
  return { status: 'held', cancelRequested, pastDeadline };
}
