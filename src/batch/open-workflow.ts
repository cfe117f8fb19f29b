import { relative } from 'node:path';
import type { Client } from '../client/index.ts';
import { analyseTemplate, compileTemplate } from '../templates/compile-template.ts';
import { promptRenderer } from '../templates/prompt-renderer.ts';
import { createFileHashes } from './file-hashes.ts';
import { createReferenceHashes, type InspectUrl, type ReferenceHashes } from './freshness.ts';
import type { Lock } from './lock-file.ts';
import { lockDifferences } from './locked-parts.ts';
import { openRows } from './open-rows.ts';
import { type PhotoPaths, photoPathsOf } from './photo-paths.ts';
import type { HashedReference, Recipe } from './plan-row.ts';
import type { HashReference, PlannedReference } from './row-references.ts';
import type { Source, SourceContext, SourceRow } from './sources/source.ts';
import type { Workflow } from './workflow.ts';
import { bundlePart, promptPart, type SharedPart } from './workflow-parts.ts';

/** A workflow with everything that it names in hand, whoever has fetched it. */
export interface OpenWorkflow {
  workflow: Workflow;
  source: Source;
  photoPaths: PhotoPaths;
  /** `name@3` of a stored template, `name@2` of a stored bundle. */
  template: string | null;
  bundle: string | null;
  render: Recipe['render'];
  variables: Recipe['variables'];
  title: Recipe['title'];
  /** What every row shares: images, then videos, then sound. */
  shared: readonly PlannedReference[];
  /** More rows of one row, for variants. */
  expand: ((row: SourceRow) => readonly SourceRow[]) | undefined;
  hash: HashReference;
  /** What is other than `kinora.lock` has it, apart from URLs; it is used as it is. */
  differences(): Promise<string[]>;
  /** What was found out about URLs so far. */
  urls: Pick<ReferenceHashes, 'asked' | 'drifts' | 'describe' | 'lockChanged'>;
}

/** Fetches what a workflow names: its template, its bundle, and who reads its source. Its rows are read later. */
export async function openWorkflow(
  workflow: Workflow,
  options: {
    /** Undefined where a workflow may name no files, as on a server. */
    folder: string | undefined;
    context: SourceContext;
    client: Client;
    /** What is known of URLs; completed as they are looked at. */
    lock: Lock;
    inspect: InspectUrl;
    acceptDrift: boolean;
    signal: AbortSignal;
  },
): Promise<OpenWorkflow> {
  const { folder, context, client, lock, inspect, acceptDrift, signal } = options;
  const place = { folder, stored: client, signal };
  const prompt = await promptPart(workflow, place);
  const { shared, bundle, hash: bundleHash } = await bundlePart(workflow, place);
  const analysis = analyseTemplate(prompt.text);
  const urls = createReferenceHashes({
    policy: workflow.references.freshness,
    lock,
    inspect,
    now: () => new Date(),
    signal,
    acceptDrift,
  });
  const hash = hashReferences(urls);
  const planned = shared.map(plannedPart);
  const labelled = (label: string | null, of: string | undefined) =>
    label === null || of === undefined ? undefined : { label, hash: of };
  return {
    workflow,
    ...openRows(workflow, context),
    photoPaths: photoPathsOf(workflow, folder),
    template: prompt.template,
    bundle,
    render: promptRenderer({ ...prompt, durationSeconds: workflow.duration }),
    variables: 'fault' in analysis ? [] : analysis.variables.map(({ name }) => name),
    title: workflow.title === undefined ? undefined : compileTemplate(workflow.title, 'title'),
    shared: planned,
    hash,
    async differences() {
      const files: { name: string; sha256: string }[] = [];
      for (const reference of planned)
        if (folder !== undefined && 'path' in reference.at && lock.files.size > 0)
          files.push({
            name: relative(folder, reference.at.path).replaceAll('\\', '/'),
            sha256: (await hash(reference)).sha256,
          });
      const template = labelled(prompt.template, prompt.hash);
      return lockDifferences(lock, { template, bundle: labelled(bundle, bundleHash), files });
    },
    urls,
  };
}

const origins = { image: 'brand', video: 'video', audio: 'audio' } as const;

const plannedPart = (part: SharedPart): PlannedReference => ({ ...part, origin: origins[part.kind] });

function hashReferences(urls: ReferenceHashes): HashReference {
  const hashFile = createFileHashes({ known: new Map(), now: Date.now });
  const sha256Of = ({ at, kind }: PlannedReference): string | Promise<string> => {
    if ('file_id' in at) return at.sha256;
    return 'url' in at ? urls.ofUrl(at.url, kind) : hashFile(at.path);
  };
  return (reference) => {
    const { at } = reference;
    const place = 'file_id' in at ? { file_id: at.file_id } : at;
    const hashed = (sha256: string): HashedReference => ({ ...reference, sha256, at: place });
    const sha256 = sha256Of(reference);
    return sha256 instanceof Promise ? sha256.then(hashed) : hashed(sha256);
  };
}
