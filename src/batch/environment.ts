import { AppError } from '../domain/errors.ts';

interface Environment {
  env(name: string): string | undefined;
}

/** Throws an AppError that names the variable where it is not set. */
export function fromEnvironment(name: string, { env }: Environment): string {
  const value = env(name);
  if (value === undefined || value === '')
    throw new AppError('invalid_request', `The variable ${name} is not set.`, {
      hint: `Set ${name} in the environment of whoever runs the workflow.`,
    });
  return value;
}

/** Puts the variables in for each `${NAME}`. */
export function expandHeaders(
  headers: Readonly<Record<string, string>>,
  environment: Environment,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const expanded = value.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) =>
        fromEnvironment(variable, environment),
      );
      // Not shown: it may hold a secret.
      if (!/^[\t\x20-\x7e]*$/.test(expanded))
        throw new AppError(
          'invalid_request',
          `The header ${name} holds a line break or a letter beyond ASCII.`,
          {
            hint: 'Look at the variables that it is made of.',
          },
        );
      return [name, expanded];
    }),
  );
}
