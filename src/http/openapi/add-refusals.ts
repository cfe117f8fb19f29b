import { STATUS_CODES } from 'node:http';
import { errorGuide } from '../../domain/error-guide.ts';
import { type ErrorCode, errorCodes } from '../../domain/errors.ts';
import { statusOf } from '../errors.ts';
import type { Document, Operation } from './document-shape.ts';
import { schemaName } from './schema-name.ts';

/**
 * Says of every operation by which statuses it may refuse, each a shared answer that lists its codes. What an operation
 * takes decides: a key can be wrong, an id unknown, a body invalid.
 */
export function addRefusals(document: Document): void {
  document.components.responses = Object.fromEntries(
    statuses.map((status) => [nameOf(status), refusal(status)]),
  );
  for (const methods of Object.values(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const { default: _, ...answers } = operation.responses;
      for (const status of refusedWith(method, operation, namesAccount(document, operation)))
        answers[status] = { $ref: `#/components/responses/${nameOf(status)}` };
      operation.responses = answers;
    }
}

const statuses = [...new Set(Object.values(statusOf))].sort((a, b) => a - b);

function refusedWith(
  method: string,
  { security, parameters = [], requestBody, responses, tags = [] }: Operation,
  namesAccount: boolean,
): number[] {
  const needsKey = security !== undefined;
  const has = (where: string) => parameters.some((parameter) => parameter.in === where);
  const changes = method !== 'get';
  // A call that brings a signature instead of a key brings a body with it, or has it in its link.
  const isSigned = !needsKey && (changes || has('path'));
  // What a person has taken back was here, and is not any more.
  const mayBeGone = !changes && has('path') && tags.includes('Files');
  const repeats = parameters.some(({ name }) => name.toLowerCase() === 'idempotency-key');
  return [
    ...(needsKey ? [401] : []),
    ...(needsKey || isSigned ? [403] : []),
    ...(responses['402'] === undefined ? [] : [402]),
    ...(has('path') || namesAccount ? [404] : []),
    ...(changes && (has('path') || repeats) ? [409] : []),
    ...(mayBeGone || responses['410'] !== undefined ? [410] : []),
    ...(requestBody === undefined ? [] : [413, 415]),
    ...(isSigned && changes ? [413] : []),
    ...(requestBody !== undefined || has('query') || has('path') || isSigned ? [422] : []),
    500,
    503,
  ];
}

/** Whether the operator may say whose things are meant: an account that does not exist is a 404. */
function namesAccount({ components }: Document, { parameters = [], requestBody }: Operation): boolean {
  const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => {
    const name = schemaName(schema);
    return name === undefined ? schema : components.schemas[name];
  });
  const fields = bodies.flatMap((body) =>
    Object.keys((body as { properties?: object } | undefined)?.properties ?? {}),
  );
  return [...fields, ...parameters.map(({ name }) => name)].includes('account_id');
}

const nameOf = (status: number) => (STATUS_CODES[status] ?? `Status ${status}`).replace(/[^A-Za-z]/g, '');

function refusal(status: number) {
  const codes = errorCodes.filter((code) => statusOf[code] === status);
  const lines = codes.map((code) => `- \`${code}\`: ${errorGuide[code].title}`);
  const headers = status === 409 || status === 503 ? { headers: { 'Retry-After': retryAfter } } : {};
  return {
    description: lines.join('\n'),
    ...headers,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { value: example(code, status) }])),
      },
    },
  };
}

const retryAfter = {
  description: 'Seconds to wait before the same call is sent again, where that may help.',
  schema: { type: 'integer', minimum: 0 },
};

function example(code: ErrorCode, status: number) {
  const { title, remedies, repeat } = errorGuide[code];
  return {
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    code,
    detail: `${title}.`,
    hint: remedies[0]?.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', ''),
    retryable: repeat === 'yes',
    charged: false,
    doc_url: `http://localhost:4700/docs/errors/${code}`,
    request_id: 'req_6f1f0a52-8d0c-4c7e-9a55-2f6f0f1c9b1e',
    errors: [],
  };
}
