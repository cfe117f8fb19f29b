import { readFile, stat } from 'node:fs/promises';
import type { EngineFailure, ReferenceFile } from '../../domain/engine.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { failure } from '../provider-results.ts';

const roles: Record<MediaKind, string> = {
  image: 'reference_image',
  video: 'reference_video',
  audio: 'reference_audio',
};

/** A request may have 64 MB; this is for its files, base64 written. */
const mostInlineBytes = 60_000_000;

/** What a task is made of: the prompt, and each reference with its role. */
export async function contentOf(
  plan: Plan,
  files: readonly ReferenceFile[],
): Promise<{ status: 'made'; content: object[] } | EngineFailure> {
  const content: object[] = [{ type: 'text', text: plan.prompt }];
  let inlineBytes = 0;
  for (const [index, file] of files.entries()) {
    const kind = plan.references[index]?.kind ?? file.facts.kind;
    if (file.publicUrl === undefined) {
      if (kind === 'video')
        return failure(
          'engine_failed',
          'ModelArk takes videos only from public addresses: set KINORA_PUBLIC_URL to one at which it reaches this server.',
          { retryable: false },
        );
      inlineBytes += Math.ceil((await stat(file.path)).size / 3) * 4;
      if (inlineBytes > mostInlineBytes) return tooMuch();
    }
    const url = file.publicUrl ?? (await dataUrl(file));
    const role = plan.endpoint === 'image-to-video' ? 'first_frame' : roles[kind];
    content.push({ type: `${kind}_url`, [`${kind}_url`]: { url }, role });
  }
  return { status: 'made', content };
}

const dataUrl = async ({ path, facts }: ReferenceFile) =>
  `data:${facts.contentType};base64,${(await readFile(path)).toString('base64')}`;

const tooMuch = () =>
  failure(
    'engine_failed',
    'The references together are too large for one request to ModelArk: set KINORA_PUBLIC_URL, so that it fetches them, or send smaller ones.',
    { retryable: false },
  );
