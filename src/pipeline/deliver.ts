import type { RenderResult } from '../domain/engine.ts';
import type { ClaimedGeneration } from '../store/claim-generation.ts';
import { completeGeneration, consentEnded, failGeneration } from '../store/end-generation.ts';
import { deleteUnusedOutput } from '../store/files.ts';
import { lookOver } from './check-output.ts';
import type { PipelineDeps } from './deps.ts';
import { judgeOutput, receivedAt } from './judge-output.ts';
import { keepOutput } from './keep-output.ts';
import { writeDown } from './write-down.ts';

type Rendered = Extract<RenderResult, { status: 'done' }>;

/**
 * Ends a generation whose video has been rendered here: measured, kept, and only then charged by its measured length.
 * A video that is not what was asked for is a failure, and costs nothing.
 */
export async function deliver(
  deps: PipelineDeps,
  claimed: ClaimedGeneration,
  rendered: Rendered,
): Promise<void> {
  const judged = await judgeOutput(deps, claimed, rendered.videoPath);
  if (judged.status === 'invalid') return invalid(deps, claimed, judged.what);
  const { video, facts, checks, price } = judged;
  const poster = await receivedAt(rendered.posterPath);
  const posterProbe = await deps.media.probe(poster.path);
  if (posterProbe.status === 'unreadable')
    return invalid(deps, claimed, `Its poster cannot be read: ${posterProbe.reason}.`);
  // An engine that looked at its own video knows what it should show; ours would only say less.
  const looked = rendered.checks.length > 0 ? [] : await lookOver(deps.media, video.path, facts);
  const outputFileId = await keepOutput(deps, claimed, video, facts);
  const posterFileId = await keepOutput(deps, claimed, poster, posterProbe.facts);
  if (outputFileId === undefined || posterFileId === undefined) {
    await writeDown(() => failGeneration(deps.store, claimed, consentEnded('revoked')));
    return;
  }
  const completed = await writeDown(() =>
    completeGeneration(deps.store, claimed, {
      chargedCredits: price.credits,
      outputFileId,
      posterFileId,
      outputFacts: { ...facts, sizeBytes: video.sizeBytes },
      storyboard: rendered.storyboard,
      // With what was told before, such as that another engine had failed.
      notes: [...claimed.notes, ...rendered.notes],
      checks: rendered.checks.length > 0 ? rendered.checks : [...checks, ...looked],
    }),
  );
  if (completed) return;
  // Somebody else has this generation now, unless our own first try went through without a word.
  await writeDown(() => deleteUnusedOutput(deps.store, claimed.id, [outputFileId, posterFileId]));
}

async function invalid(deps: PipelineDeps, claimed: ClaimedGeneration, what: string): Promise<void> {
  const message = `The engine made a video that cannot be delivered. ${what}`;
  await writeDown(() => failGeneration(deps.store, claimed, { code: 'output_invalid', message }));
}
