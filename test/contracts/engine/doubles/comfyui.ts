import { z } from 'zod';
import { type Asked, type Dialect, other, type ToldJob, type WireReply } from './dialect.ts';

const promptSchema = z.object({
  prompt_id: z.string(),
  prompt: z.record(
    z.string(),
    z.object({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
  ),
});

const filmSchema = z.object({
  prompt: z.string(),
  width: z.number(),
  height: z.number(),
  length: z.number(),
});

const jobSchema = z.object({ prompt_id: z.string() });
const dropSchema = z.object({ delete: z.tuple([z.string()]) });

const framesPerSecond = 24;

/** The node that saves the video, in `examples/comfyui/minimax-h3.json`. */
const saver = '80';

/** A ComfyUI server: protocols 7.1 to 7.3. A job is known by the id that came with it. */
export const comfyui: Dialect = {
  addressesByName: true,

  read({ method, url, body, form }): Asked | undefined {
    const { pathname: path, searchParams: query } = url;
    const route = `${method} ${path}`;
    if (route === 'POST /prompt') return start(body);
    if (route === 'GET /queue') return { what: 'list', number: 1, size: Number.POSITIVE_INFINITY };
    if (route === 'POST /queue')
      return { what: 'cancel', jobId: dropSchema.parse(body).delete[0], ifQueued: true };
    if (route === 'POST /interrupt')
      return { what: 'cancel', jobId: jobSchema.parse(body).prompt_id, ifQueued: false };
    if (route === 'POST /upload/image') {
      const file = form?.get('image');
      const name = file instanceof File ? file.name : '';
      return other({ name, subfolder: String(form?.get('subfolder')), type: 'input' });
    }
    if (route === 'GET /view')
      return { what: 'output', jobId: (query.get('filename') ?? '').replace(/\.mp4$/, '') };
    const [, jobId] = /^GET \/history\/([\w-]+)$/.exec(route) ?? [];
    return jobId === undefined ? undefined : { what: 'check', jobId, view: 'history' };
  },

  started: ({ name }) => ({ status: 200, body: { prompt_id: name, number: 1, node_errors: {} } }),
  checked(job): WireReply {
    const entry = historyOf(job);
    return { status: 200, body: entry === undefined ? {} : { [job.name]: entry } };
  },
  canceled: () => ({ status: 200 }),

  refused({ status, code, message }): WireReply {
    if (code === 'unknown_job') return { status: 200, body: {} };
    if (status === 422 || status === 400)
      return { status: 400, body: { error: { type: 'invalid_prompt', message }, node_errors: {} } };
    return { status, body: { error: message } };
  },

  listed(jobs) {
    const items = (state: string) =>
      jobs.filter(({ status }) => status === state).map(({ name }, index) => [index, name, {}, {}, [saver]]);
    return { status: 200, body: { queue_running: items('running'), queue_pending: items('queued') } };
  },
};

function start(body: unknown): Asked {
  const { prompt_id: name, prompt: graph } = promptSchema.parse(body);
  const nodes = Object.values(graph);
  const inputsOf = (type: string) => nodes.find(({ class_type }) => class_type === type)?.inputs;
  const { prompt, width, height, length } = filmSchema.parse(inputsOf('MiniMaxH3ReferenceToVideo'));
  const count = (type: string) => nodes.filter(({ class_type }) => class_type === type).length;
  return {
    what: 'start',
    job: {
      prompt,
      durationSeconds: Math.round(length / framesPerSecond),
      ratio: width === height ? '1:1' : width > height ? '16:9' : '9:16',
      size: { width, height },
      audio: true,
      seed: z.number().parse(inputsOf('RandomNoise')?.['noise_seed']),
      references: { image: count('LoadImage'), video: count('LoadVideo'), audio: count('LoadAudio') },
      callbackUrl: undefined,
      name,
      echo: {},
    },
  };
}

/** What the server has on record; nothing of a job that has not ended. */
function historyOf({ jobId, status, outputUrl, error }: ToldJob): object | undefined {
  const record = (status_str: string, messages: object[] = [], outputs = {}) => ({
    outputs,
    status: { status_str, completed: status_str === 'success', messages },
  });
  if (status === 'queued' || status === 'running') return undefined;
  if (status === 'canceled') return record('error', [['execution_interrupted', {}]]);
  if (error !== null)
    return record('error', [
      [
        'execution_error',
        {
          node_id: '54',
          node_type: 'SamplerCustomAdvanced',
          exception_type: error.retryable ? 'torch.OutOfMemoryError' : 'ValueError',
          exception_message: error.message,
        },
      ],
    ]);
  if (status !== 'succeeded') return record(status);
  // An entry with nothing in it.
  if (outputUrl === null) return {};
  const video = { filename: `${jobId}.mp4`, subfolder: 'kinora', type: 'output' };
  return record('success', [], { [saver]: { images: [video], animated: [true] } });
}
