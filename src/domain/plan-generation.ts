import { adaptReferences } from './adapt-references.ts';
import type { Capabilities } from './capabilities.ts';
import type { Fault } from './errors.ts';
import type { MediaKind } from './media-facts.ts';
import type { Note, Plan } from './plan.ts';
import { findPromptTags, rewritePromptTags } from './prompt-tags.ts';
import { refuseReferences } from './refuse-references.ts';
import type { GenerationRequest } from './request.ts';
import { saidDuration } from './said-duration.ts';
import { storyboardFaults } from './storyboard-faults.ts';

export type Planned = { status: 'planned'; plan: Plan } | { status: 'refused'; faults: Fault[] };

/**
 * Decides what `engine` will do for a request, or why it will not. Pure: the same arguments give the same
 * plan. `freshSeed` is used when the request leaves the seed open; `publicFiles` says whether files of ours have addresses
 * that a provider can fetch.
 */
export function planGeneration(options: {
  request: GenerationRequest;
  engine: string;
  capabilities: Capabilities;
  freshSeed: number;
  publicFiles: boolean;
}): Planned {
  const { request, engine, capabilities, freshSeed, publicFiles } = options;
  const { adaptations, references, notes } = adaptReferences(request, capabilities);
  const faults = [
    ...refuseShape(request, capabilities, engine),
    ...refuseReferences({ ...request, references }, { capabilities, engine, publicFiles }),
    ...refuseTags(request),
    ...refuseStoryboard(request, capabilities, engine),
  ];
  if (faults.length > 0) return { status: 'refused', faults };
  return {
    status: 'planned',
    plan: {
      engine,
      model: capabilities.model,
      endpoint: request.endpoint,
      prompt: rewritePromptTags(request.prompt, request.references, capabilities.promptTag),
      references: request.references,
      durationSeconds: request.durationSeconds,
      aspectRatio: request.aspectRatio,
      ...capabilities.sizes[request.aspectRatio],
      seed: request.seed ?? request.storyboard?.seed ?? freshSeed,
      generateAudio: capabilities.audio && (request.generateAudio || capabilities.alwaysAudio === true),
      ...(request.storyboard === undefined ? {} : { storyboard: request.storyboard }),
      ...(adaptations.length === 0 ? {} : { adaptations }),
      adjustments: [...adjustments(request, capabilities, engine, freshSeed), ...notes],
    },
  };
}

function refuseShape(request: GenerationRequest, capabilities: Capabilities, engine: string): Fault[] {
  const faults: Fault[] = [];
  const refuse = (pointer: string, message: string) =>
    faults.push({ pointer, code: 'unsupported_by_engine', message });
  if (!capabilities.endpoints.includes(request.endpoint))
    refuse('', `The engine "${engine}" does not serve ${request.endpoint}.`);
  if (!capabilities.durationsSeconds.includes(request.durationSeconds))
    refuse(
      '/duration',
      `The engine "${engine}" makes ${capabilities.durationsSeconds.join(', ')} s, not ${request.durationSeconds} s.`,
    );
  if (request.prompt.length > capabilities.maxPromptCharacters)
    refuse(
      '/prompt',
      `The prompt has ${request.prompt.length} characters; the engine "${engine}" takes ${capabilities.maxPromptCharacters}.`,
    );
  return faults;
}

function refuseTags(request: GenerationRequest): Fault[] {
  return findPromptTags(request.prompt, request.references)
    .filter((tag) => tag.reference === undefined)
    .map((tag) => ({
      pointer: '/prompt',
      code: 'invalid_prompt' as const,
      message: `The prompt mentions ${tag.text}, but no such reference was given.`,
    }));
}

function refuseStoryboard(request: GenerationRequest, capabilities: Capabilities, engine: string): Fault[] {
  const { storyboard, references, aspectRatio, durationSeconds, generateAudio } = request;
  if (storyboard === undefined) return [];
  if (!capabilities.storyboards)
    return [
      {
        pointer: '/storyboard',
        code: 'unsupported_by_engine',
        message: `The engine "${engine}" films no given storyboard; the embedded engine does.`,
      },
    ];
  const count = (kind: MediaKind) => references.filter((reference) => reference.kind === kind).length;
  return storyboardFaults(storyboard, {
    durationSeconds,
    ...capabilities.sizes[aspectRatio],
    generateAudio,
    references: { image: count('image'), video: count('video'), audio: count('audio') },
  });
}

function adjustments(
  request: GenerationRequest,
  capabilities: Capabilities,
  engine: string,
  freshSeed: number,
): Note[] {
  const notes: Note[] = [];
  const prompted = saidDuration(request.prompt);
  if (prompted !== undefined && prompted.seconds !== request.durationSeconds)
    notes.push({
      code: 'duration_field_wins',
      pointer: '/prompt',
      message: `The prompt says "${prompted.said}"; the field duration, ${request.durationSeconds} s, is what will be made.`,
    });
  if (request.seed === undefined && request.storyboard === undefined && capabilities.seeds)
    notes.push({
      code: 'seed_chosen',
      pointer: '/seed',
      message: `No seed was given; ${freshSeed} was chosen. Send it again for the same video.`,
    });
  if (request.seed !== undefined && !capabilities.seeds)
    notes.push({ code: 'seed_ignored', pointer: '/seed', message: `The engine "${engine}" takes no seed.` });
  if (request.generateAudio && !capabilities.audio)
    notes.push({
      code: 'no_audio',
      pointer: '/generate_audio',
      message: `The engine "${engine}" makes no sound; the video will be silent.`,
    });
  if (!request.generateAudio && capabilities.alwaysAudio === true)
    notes.push({
      code: 'audio_kept',
      pointer: '/generate_audio',
      message: `The engine "${engine}" makes picture and sound together; the video will have sound.`,
    });
  return [...notes, ...(capabilities.notes ?? [])];
}
