import type { Capabilities } from '../../domain/capabilities.ts';
import { type MediaKind, mediaKinds } from '../../domain/media-facts.ts';
import { type AspectRatio, aspectRatios, type EndpointName, requestLimits } from '../../domain/request.ts';
import type { About } from './about.ts';
import { withoutNodes } from './graph.ts';
import type { Workflow } from './workflow.ts';

/** Sizes that a workflow makes where it does not say. */
const usualSizes: Record<AspectRatio, [number, number]> = {
  '16:9': [1280, 720],
  '9:16': [720, 1280],
  '1:1': [960, 960],
};

const usualDurations = Array.from(
  { length: requestLimits.maxDurationSeconds - requestLimits.minDurationSeconds + 1 },
  (_, index) => index + requestLimits.minDurationSeconds,
);

/** What a workflow can do, from its slots; a string says why it can do nothing. */
export function capabilitiesOf(
  workflow: Omit<Workflow, 'capabilities'>,
  about: About,
): Capabilities | string {
  const { references, settings, firstFrame } = workflow;
  const count = (kind: MediaKind) => Math.min(mostOf[kind], references[kind].length);
  const most = { image: count('image'), video: count('video'), audio: count('audio') };
  const least = leastReferences(workflow);
  const endpoints = endpointsOf(workflow, least);
  if (endpoints.length === 0)
    return 'without what its slots are given, nothing of it is left that saves a video';
  const isH3 = Object.values(workflow.graph).some(
    ({ class_type: type }) => type === 'MiniMaxH3ReferenceToVideo',
  );
  const tag = (kind: MediaKind) => tagOf(about.tags?.[kind] ?? (isH3 ? h3Tags : plainTags)[kind]);
  const size = (ratio: AspectRatio) => {
    const [width, height] = about.sizes?.[ratio] ?? usualSizes[ratio];
    return { width, height };
  };
  return {
    model: about.model ?? 'comfyui',
    endpoints,
    durationsSeconds: about.durations ?? usualDurations,
    sizes: Object.fromEntries(aspectRatios.map((ratio) => [ratio, size(ratio)])) as Capabilities['sizes'],
    // A first frame has a slot of its own.
    maxReferences: {
      ...most,
      image: Math.max(most.image, firstFrame === undefined ? 0 : 1),
      total: Math.max(most.image + most.video + most.audio, firstFrame === undefined ? 0 : 1),
    },
    minReferences: least,
    maxTotalSeconds: {},
    references: {
      image: {
        contentTypes: ['image/png', 'image/jpeg', 'image/webp'],
        maxBytes: 30_000_000,
        sidePixels: { least: 16, most: 4_096 },
      },
      video: { contentTypes: ['video/mp4', 'video/quicktime', 'video/webm'], maxBytes: 50_000_000 },
      audio: { contentTypes: ['audio/wav', 'audio/mpeg'], maxBytes: 15_000_000 },
    },
    travel: { image: ['upload'], video: ['upload'], audio: ['upload'] },
    ...(firstFrame === undefined ? {} : { firstFrame: 'shaped' as const }),
    audioAlone: false,
    maxPromptCharacters: requestLimits.promptCharacters,
    seeds: settings.seed.length > 0,
    storyboards: false,
    audio: about.sound === true,
    alwaysAudio: about.sound === true,
    promptTag: { image: tag('image'), video: tag('video'), audio: tag('audio') },
  };
}

const mostOf: Record<MediaKind, number> = {
  image: requestLimits.images,
  video: requestLimits.videos,
  audio: requestLimits.audios,
};

const plainTags = { image: 'image {n}', video: 'video {n}', audio: 'audio {n}' };

const h3Tags = { image: '<Picture {n}>', video: '<Video {n}>', audio: '<Audio {n}>' };

function tagOf(pattern: string): { before: string; after: string } {
  const [before = '', after = ''] = pattern.split('{n}');
  return { before, after };
}

/** How many of a kind it needs, with all of the others given: as many as it takes until the node that saves is left. */
function leastReferences(workflow: Omit<Workflow, 'capabilities'>): Record<MediaKind, number> {
  const all = Object.fromEntries(
    mediaKinds.map((kind) => [kind, workflow.references[kind].length]),
  ) as Record<MediaKind, number>;
  const leastOf = (kind: MediaKind) => {
    let least = all[kind];
    while (least > 0 && saves(workflow, { ...all, [kind]: least - 1 }, false)) least -= 1;
    return least;
  };
  return { image: leastOf('image'), video: leastOf('video'), audio: leastOf('audio') };
}

function endpointsOf(
  workflow: Omit<Workflow, 'capabilities'>,
  least: Record<MediaKind, number>,
): EndpointName[] {
  const none = { image: 0, video: 0, audio: 0 };
  const endpoints: EndpointName[] = [];
  if (
    workflow.references.image.length + workflow.references.video.length > 0 &&
    saves(workflow, least, false)
  )
    endpoints.push('reference-to-video');
  if (saves(workflow, none, false)) endpoints.push('text-to-video');
  if (workflow.firstFrame !== undefined && saves(workflow, none, true)) endpoints.push('image-to-video');
  return endpoints;
}

/** Whether the node that saves is left when so many slots of each kind are filled, and the first frame or not. */
function saves(
  { graph, references, firstFrame, output }: Omit<Workflow, 'capabilities'>,
  filled: Record<MediaKind, number>,
  hasFirstFrame: boolean,
): boolean {
  const empty = mediaKinds.flatMap((kind) => references[kind].slice(filled[kind]));
  if (firstFrame !== undefined && !hasFirstFrame) empty.push(firstFrame);
  return (
    output in
    withoutNodes(
      graph,
      empty.map(({ node }) => node),
    )
  );
}
