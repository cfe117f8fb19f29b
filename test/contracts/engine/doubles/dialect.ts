/** How one provider speaks: what its double reads from requests, and writes for what has come of them. */
export interface Dialect {
  /** Undefined where there is no such route. */
  read(request: WireRequest): Asked | undefined;
  started(job: ToldJob): WireReply;
  /** `view` is what the request asked for, where a job is read in several ways. */
  checked(job: ToldJob, view: string): WireReply;
  refused(refusal: { status: number; code: string; message: string }): WireReply;
  canceled(job: ToldJob): WireReply;
  listed?(jobs: readonly ToldJob[], page: { number: number; size: number }): WireReply;
  /** Whether a job is asked after by the name that came with it, not by an id of the provider's own. */
  addressesByName?: true;
  /** Absent where nobody calls back. */
  callback?(
    job: Pick<ToldJob, 'jobId' | 'status'>,
    how: { forged: boolean },
  ): {
    headers: Record<string, string>;
    body: string;
  };
}

export interface WireRequest {
  method: string;
  url: URL;
  headers: Record<string, string | undefined>;
  /** Undefined where it is no JSON. */
  body: unknown;
  /** Where it is one. */
  form: FormData | undefined;
}

export interface WireReply {
  status: number;
  body?: unknown;
}

export const other = (body: object, status = 200): Asked => ({ what: 'other', reply: { status, body } });

export type Asked =
  | { what: 'start'; job: AskedJob }
  | { what: 'check'; jobId: string; view: string }
  /** `ifQueued`: what runs is let run. */
  | { what: 'cancel'; jobId: string; ifQueued: boolean }
  | { what: 'list'; number: number; size: number }
  /** The video itself. */
  | { what: 'output'; jobId: string }
  /** Something that does not depend on any job. */
  | { what: 'other'; reply: WireReply };

export interface AskedJob {
  prompt: string;
  durationSeconds: number;
  ratio: string;
  /** Where the request says it; else what the ratio usually means. */
  size?: { width: number; height: number };
  audio: boolean;
  seed: number;
  references: { image: number; video: number; audio: number };
  callbackUrl: string | undefined;
  /** What the book has its attempt under, where no address of a callback carries the attempt's id. */
  name?: string;
  /** What the provider tells again with the job, in few characters. */
  echo: Record<string, string | number>;
}

export interface ToldJob {
  jobId: string;
  /** What the book has its attempt under. */
  name: string;
  prompt: string;
  /** `queued`, `running`, `succeeded`, `failed`, `canceled`, or a word that nobody knows. */
  status: string;
  outputUrl: string | null;
  error: { code: string; message: string; retryable: boolean } | null;
  echo: Record<string, string | number>;
  acceptedAt: number;
}
