import { z } from 'zod';

/** A variable that workflows which run on this server may use, and so send wherever their writer likes. */
export interface WorkflowVariable {
  name: string;
  /** Undefined: every account may. */
  accountId: string | undefined;
  value: string;
}

const entry = /^(?:(acc_[0-9a-z]+):)?([A-Za-z_][A-Za-z0-9_]*)$/;

export const workflowEnvSetting = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))
  .pipe(
    z.array(
      z.string().regex(entry, {
        error: (issue) =>
          `"${String(issue.input)}" is no variable: write its name, or acc_…:NAME for one account alone`,
      }),
    ),
  )
  .default([]);

type Environment = Record<string, string | undefined>;

/** Names that nobody has set; and settings of this server, which hold its own secrets. */
export function workflowEnvFaults(env: Environment, settings: readonly string[]): string[] {
  return entriesOf(env).flatMap(({ name }) => {
    if (name.startsWith('KINORA_') || settings.includes(name))
      return [`KINORA_WORKFLOW_ENV: ${name} is a setting of this server, and no workflow may have it`];
    return env[name] === undefined ? [`KINORA_WORKFLOW_ENV: ${name} is named and not set`] : [];
  });
}

export const workflowEnvOf = (env: Environment): WorkflowVariable[] =>
  entriesOf(env).map(({ name, accountId }) => ({ name, accountId, value: env[name] ?? '' }));

function entriesOf({ KINORA_WORKFLOW_ENV: text = '' }: Environment) {
  return text.split(/[\s,]+/).flatMap((part) => {
    const [, accountId, name] = entry.exec(part) ?? [];
    return name === undefined ? [] : [{ name, accountId }];
  });
}

/** The variables of one account; its own before those of everybody. */
export function variablesFor(
  variables: readonly WorkflowVariable[],
): (name: string, accountId: string) => string | undefined {
  return (name, accountId) =>
    variables.find((one) => one.name === name && (one.accountId ?? accountId) === accountId)?.value;
}
