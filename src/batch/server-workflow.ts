import type { Fault } from '../domain/errors.ts';
import { type Workflow, workflowSchema } from './workflow.ts';

export { workflowSchema };

/** What a workflow that is kept on a server may use there. */
export interface ServerRules {
  /** The name that it is stored under. */
  name: string;
  /** Whether the operator lets it have a variable of the environment. */
  allowsVariable(name: string): boolean;
  /** Why messages may not be sent to an address; undefined where they may. */
  refusePost(url: string): string | undefined;
}

/** Everything that a server cannot give a workflow, each with its remedy; none for one that it can run by itself. */
export function serverFaults(workflow: Workflow, rules: ServerRules): Fault[] {
  return [
    ...nameFaults(workflow, rules),
    ...sourceFaults(workflow),
    ...partFaults(workflow),
    ...sinkFaults(workflow, rules),
    ...variableFaults(workflow, rules),
    ...spendingFaults(workflow),
  ];
}

const fault = (pointer: string, message: string): Fault => ({ pointer, code: 'invalid_request', message });

function nameFaults({ name }: Workflow, rules: ServerRules): Fault[] {
  if (name === rules.name) return [];
  return [
    fault('/name', `name is "${name}", and the workflow is stored as "${rules.name}": make them the same.`),
  ];
}

const noFiles = 'a server reaches no files of yours';

function sourceFaults({ source, photos }: Workflow): Fault[] {
  const path = source !== undefined && 'path' in source ? source.path : undefined;
  if (path === undefined) return [];
  const also = photos === undefined ? '' : ' Its photos must be URLs too.';
  return [
    fault(
      '/source/path',
      `source.path: ${path} is a file, and ${noFiles}. Give a url, or a query of a database.${also}`,
    ),
  ];
}

function partFaults(workflow: Workflow): Fault[] {
  const { template, bundle, output } = workflow;
  const shared = (['brand', 'video', 'audio'] as const).flatMap((field) =>
    workflow[field].flatMap(({ path }, index) =>
      path === undefined
        ? []
        : [
            fault(
              `/${field}/${index}/path`,
              `${field}: ${path} is a file, and ${noFiles}. Give a url; or keep it in a bundle (kinora bundles push brand.bundle.yaml) and name that.`,
            ),
          ],
    ),
  );
  return [
    ...(template !== undefined && 'file' in template
      ? [
          fault(
            '/template/file',
            `template: ${template.file} is a file, and ${noFiles}. Keep it there (kinora templates push ${template.file}) and name it as template: name@1.`,
          ),
        ]
      : []),
    ...(bundle !== undefined && 'file' in bundle
      ? [
          fault(
            '/bundle/file',
            `bundle: ${bundle.file} is a file, and ${noFiles}. Keep it there (kinora bundles push ${bundle.file}) and name it as bundle: name@1.`,
          ),
        ]
      : []),
    ...shared,
    ...(typeof output === 'string'
      ? [
          fault(
            '/output',
            `output: there is no folder ${output} on a server. Say output: false; videos are at their records.`,
          ),
        ]
      : []),
  ];
}

function sinkFaults({ sink }: Workflow, { refusePost }: ServerRules): Fault[] {
  return sink.flatMap((spec, index) => {
    const at = `/sink/${index}`;
    if ('path' in spec)
      return [
        fault(
          `${at}/path`,
          `sink: ${spec.path} is a file, and ${noFiles}. Use a webhook or an update of a database; kinora run writes files.`,
        ),
      ];
    if ('folder' in spec)
      return [
        fault(`${at}/folder`, `sink: ${spec.folder} is a folder, and ${noFiles}. kinora run writes it.`),
      ];
    const refusal = spec.driver === 'webhook' ? refusePost(spec.url) : undefined;
    return refusal === undefined ? [] : [fault(`${at}/url`, `sink: ${refusal}`)];
  });
}

function variableFaults(workflow: Workflow, { allowsVariable }: ServerRules): Fault[] {
  return variablesOf(workflow)
    .filter(({ name }) => !allowsVariable(name))
    .map(({ name, pointer }) =>
      fault(
        pointer,
        `${name}: this server lets workflows of yours have no variable of that name. Its operator adds it to KINORA_WORKFLOW_ENV.`,
      ),
    );
}

/** Every variable of the environment that a workflow names, and where. */
function variablesOf({ source, sink }: Workflow): { name: string; pointer: string }[] {
  const of = (spec: object, at: string) =>
    Object.entries(spec).flatMap(([field, value]: [string, unknown]) => {
      const pointer = `${at}/${field}`;
      if (field.endsWith('_env') && typeof value === 'string') return [{ name: value, pointer }];
      if (field !== 'headers' || typeof value !== 'object' || value === null) return [];
      return Object.entries(value).flatMap(([header, text]) =>
        [...String(text).matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => ({
          name,
          pointer: `${pointer}/${header}`,
        })),
      );
    });
  return [
    ...(source === undefined ? [] : of(source, '/source')),
    ...sink.flatMap((spec, index) => of(spec, `/sink/${index}`)),
  ];
}

/** Nobody sees the price of a run at night before it is spent. */
function spendingFaults({ schedule, caps = {} }: Workflow): Fault[] {
  const isBounded = Object.values(caps).some((credits) => credits !== undefined);
  if (schedule === undefined || schedule.rehearse) return [];
  if (schedule.max_credits !== undefined || isBounded) return [];
  return [
    fault(
      '/schedule/max_credits',
      'schedule: nothing says what may be spent while nobody looks. Set schedule.max_credits for each run (0 for an engine that is free), or caps.per_day.',
    ),
  ];
}
