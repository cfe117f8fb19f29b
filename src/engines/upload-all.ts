import type { EngineFailure, ReferenceFile } from '../domain/engine.ts';
import { failure } from './provider-results.ts';

const atOnce = 3;

/**
 * Uploads references side by side, in their order; the first failure is that of all. Nobody was asked for a video yet, so
 * that a fault of this machine, too, is a failure which may pass.
 */
export async function uploadAll(
  references: readonly ReferenceFile[],
  upload: (file: ReferenceFile) => Promise<{ status: 'uploaded'; url: string } | EngineFailure>,
): Promise<{ status: 'uploaded'; urls: string[] } | EngineFailure> {
  const urls: string[] = [];
  const queue = references.entries();
  let failed: EngineFailure | undefined;
  const lane = async () => {
    for (const [index, file] of queue) {
      if (failed !== undefined) return;
      const result = await upload(file).catch(unsent);
      if (result.status === 'failed') failed = result;
      else urls[index] = result.url;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, references.length) }, lane));
  return failed ?? { status: 'uploaded', urls };
}

const unsent = (error: unknown): EngineFailure =>
  failure('engine_unavailable', `A reference could not be sent. ${String(error)}`, { retryable: true });
