import type {
  Experimental_VideoModelV4CallOptions as CallOptions,
  Experimental_VideoModelV4 as VideoModel,
  SharedV4Warning as Warning,
} from '@ai-sdk/provider';
import {
  type Client,
  type ClientOptions,
  createClient,
  KinoraError,
  type RequestBodies,
} from '../client/index.ts';
import { type KeptUploads, keptUploads, type UploadOf } from './kept-uploads.ts';

type Endpoint = keyof RequestBodies;

/** `kinora.video('reference-to-video')` is a model for `experimental_generateVideo` and `experimental_startVideo`. */
export interface KinoraProvider {
  video(endpoint?: Endpoint): VideoModel;
}

/** A provider for the AI SDK. Its video interface is experimental there, so this follows `@ai-sdk/provider` 4 closely. */
export function createKinora(options: ClientOptions): KinoraProvider {
  const client = createClient(options);
  const uploads = keptUploads(client);
  return { video: (endpoint = 'reference-to-video') => videoModel(client, endpoint, uploads) };
}

function videoModel(client: Client, endpoint: Endpoint, uploads: KeptUploads): VideoModel {
  const modelId = `bytedance/seedance-2.0/${endpoint}`;
  const metadataOf = (generationId: string, credits: number | null) => ({
    kinora: { generationId, credits },
  });
  const response = () => ({ timestamp: new Date(), modelId, headers: undefined });
  return {
    specificationVersion: 'v4',
    provider: 'kinora',
    modelId,
    maxVideosPerCall: 1,
    async doStart(options) {
      // The AI SDK makes one key for all its tries of one start.
      const idempotencyKey = headerOf(options.headers, 'idempotency-key');
      const { body, warnings } = await requestOf(uploads(idempotencyKey), endpoint, options);
      const generation = await client.generations.submit(endpoint, body, {
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(options.abortSignal === undefined ? {} : { signal: options.abortSignal }),
      });
      for (const { message } of generation.plan.adjustments) warnings.push({ type: 'other', message });
      return {
        operation: { generationId: generation.id },
        warnings,
        providerMetadata: metadataOf(generation.id, generation.price.credits),
        response: response(),
      };
    },
    async doStatus({ operation, abortSignal }) {
      const options = abortSignal === undefined ? {} : { signal: abortSignal };
      const generation = await client.generations.get(idOf(operation), options);
      const about = {
        providerMetadata: metadataOf(generation.id, generation.credits.charged),
        response: response(),
      };
      if (generation.status === 'failed')
        return {
          status: 'error',
          error: generation.error?.message ?? `${generation.id} has failed.`,
          ...about,
        };
      if (generation.output === null)
        return generation.status === 'complete'
          ? { status: 'error', error: `The video of ${generation.id} has been deleted.`, ...about }
          : { status: 'pending', ...about };
      // The bytes, not their address: the AI SDK downloads from public addresses only, and Kinora may be private.
      const bytes = await client.files.download(generation.output.url, options);
      const data = new Uint8Array(await new Response(bytes).arrayBuffer());
      const mediaType = generation.output.content_type;
      return { status: 'completed', videos: [{ type: 'binary', data, mediaType }], warnings: [], ...about };
    },
  };
}

/** What the AI SDK asks for as a body of the API. What there is no field for is warned about, never dropped in silence. */
async function requestOf(
  uploadOf: UploadOf,
  endpoint: Endpoint,
  options: CallOptions & { webhookUrl?: string },
): Promise<{ body: RequestBodies[Endpoint]; warnings: Warning[] }> {
  const { prompt, aspectRatio, duration, seed, generateAudio, webhookUrl, abortSignal } = options;
  const warnings: Warning[] = [];
  for (const feature of ['resolution', 'fps'] as const)
    if (options[feature] !== undefined)
      warnings.push({ type: 'unsupported', feature, details: 'The engine chooses it.' });
  const upload = async (file: NonNullable<CallOptions['image']>) => {
    if (file.type === 'url') return file.url;
    return uploadOf(file.data, abortSignal);
  };
  const frames = [...(options.frameImages ?? [])];
  if (options.image !== undefined) frames.push({ image: options.image, frameType: 'first_frame' });
  refuseUnused(endpoint, frames, options.inputReferences ?? []);
  const [images, videos]: [string[], string[]] = [[], []];
  for (const file of options.inputReferences ?? [])
    (file.mediaType?.startsWith('video/') === true ? videos : images).push(await upload(file));
  const [first] = frames;
  const image = first === undefined ? undefined : await upload(first.image);
  const opening = image === undefined ? [] : [{ url: image, role: 'first_frame' }];
  const pictures: Record<Endpoint, object> = {
    'text-to-video': {},
    'image-to-video': { image },
    'reference-to-video': { reference_images: [...opening, ...images], reference_videos: videos },
  };
  const given: Record<string, unknown> = {
    prompt,
    // The API asks for both; these are what its examples use.
    aspect_ratio: aspectRatio ?? '16:9',
    duration: duration ?? 5,
    seed,
    generate_audio: generateAudio,
    webhook_url: webhookUrl,
    ...pictures[endpoint],
    ...options.providerOptions['kinora'],
  };
  // The server judges it, and names every fault with its field.
  return { body: given as unknown as RequestBodies[Endpoint], warnings };
}

/** A picture that the endpoint cannot use would make a paid video without it. */
function refuseUnused(
  endpoint: Endpoint,
  frames: readonly { frameType: string }[],
  references: readonly unknown[],
): void {
  const refuse = (message: string) => new KinoraError('invalid_request', message);
  if (frames.length > 1 || frames.some(({ frameType }) => frameType !== 'first_frame'))
    throw refuse('No endpoint takes more than a first frame.');
  const most = { 'text-to-video': 0, 'image-to-video': 1, 'reference-to-video': Infinity }[endpoint];
  if (frames.length + references.length > most || (most === 1 && references.length > 0))
    throw refuse(`${endpoint} takes ${most} pictures; use kinora.video("reference-to-video").`);
}

function headerOf(headers: CallOptions['headers'], name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

function idOf(operation: unknown): string {
  const id: unknown = Object(operation).generationId;
  if (typeof id === 'string') return id;
  throw new KinoraError('invalid_request', 'This operation is not of kinora: give what startVideo returned.');
}
