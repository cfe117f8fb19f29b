import { AppError } from '../../../domain/errors.ts';
import { type EndpointName, endpointId, endpointNames } from '../../../domain/request.ts';

/** fal's hosts, each of which gives the same paths another meaning: queue.fal.run, fal.run and rest.fal.ai. */
export type Surface = 'queue' | 'run' | 'rest';

/** A call of one of fal's hosts. */
export interface Addressed {
  surface: Surface;
  method: string;
  /** As on that host. */
  path: string;
  query: URLSearchParams;
}

export type FalCall =
  | { is: 'submit' | 'run'; endpoint: EndpointName }
  | { is: 'status' | 'stream' | 'result' | 'cancel'; id: string }
  | { is: 'upload' | 'multipart-upload' };

/** The application that all endpoints belong to: its jobs are asked for below it, whichever endpoint made them. */
export const application = 'bytedance/seedance-2.0';

const jobPath =
  /^(?<app>.+?)\/requests\/(?<id>[^/]+)(?<what>\/status\/stream|\/status|\/cancel|\/response)?$/;

const jobCalls = {
  'GET ': 'result',
  'GET /response': 'result',
  'GET /status': 'status',
  'GET /status/stream': 'stream',
  'PUT /cancel': 'cancel',
} as const;

const uploadCalls = {
  'POST /storage/upload/initiate': 'upload',
  'POST /storage/upload/initiate-multipart': 'multipart-upload',
} as const;

/** What is asked for. Throws an AppError `not_found` for what fal has and we do not, or nobody has. */
export function readCall({ surface, method, path }: Addressed): FalCall {
  const trimmed = path.replace(/\/+$/, '');
  const call =
    surface === 'rest' ? readUpload(`${method} ${trimmed}`) : readQueued(surface, method, trimmed.slice(1));
  if (call !== undefined) return call;
  throw new AppError('not_found', `There is nothing at ${method} ${path.slice(0, 200)} here.`, {
    hint: `The endpoints are ${endpointNames.map(endpointId).join(', ')}; docs/clients.md lists the calls.`,
  });
}

function readUpload(call: string): FalCall | undefined {
  return call in uploadCalls ? { is: uploadCalls[call as keyof typeof uploadCalls] } : undefined;
}

function readQueued(surface: 'queue' | 'run', method: string, path: string): FalCall | undefined {
  const job = jobPath.exec(path)?.groups;
  if (job === undefined) {
    const endpoint = method === 'POST' ? endpointOf(path) : undefined;
    if (endpoint === undefined) return undefined;
    return { is: surface === 'run' ? 'run' : 'submit', endpoint };
  }
  const { app = '', id = '', what = '' } = job;
  const call = `${method} ${what}`;
  if (surface === 'run' || !isOurs(app) || !(call in jobCalls)) return undefined;
  return { is: jobCalls[call as keyof typeof jobCalls], id };
}

/** Some clients put `fal-ai/` before every id, and then take the two words in front for the application. */
const withoutPrefix = (id: string) => id.replace(/^fal-ai\//, '');

const endpointOf = (id: string) => endpointNames.find((name) => endpointId(name) === withoutPrefix(id));

function isOurs(app: string): boolean {
  return app === 'fal-ai/bytedance' || withoutPrefix(app) === application || endpointOf(app) !== undefined;
}
