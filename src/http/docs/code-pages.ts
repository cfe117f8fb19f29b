import { STATUS_CODES } from 'node:http';
import { type CodeGuide, errorGuide } from '../../domain/error-guide.ts';
import { type ErrorCode, errorCodes } from '../../domain/errors.ts';
import type { AttemptFailureCode } from '../../domain/failure-advice.ts';
import { failureGuide } from '../../domain/failure-guide.ts';
import { failureCodes, outcomeOf } from '../../domain/generation.ts';
import { statusOf } from '../errors.ts';

/** The page of one code, as Markdown. */
export interface CodePage {
  /** Where it would lie below `docs/`. */
  file: string;
  label: string;
  markdown: string;
}

/** One page for each code that an answer can carry, written from what is known of the code. */
export function codePages(): CodePage[] {
  return [
    ...errorCodes.map((code) => ({
      file: `errors/${code}.md`,
      label: code,
      markdown: errorPage(code, errorGuide[code]),
    })),
    ...attemptFailureCodes.map((code) => ({
      file: `errors/${code}.md`,
      label: code,
      markdown: failurePage(code, failureGuide(code)),
    })),
  ];
}

/** The tables of all codes, which the page of errors ends with. */
export function codeTables(): string {
  const ofErrors = errorCodes.map(
    (code) =>
      `| ${link(code)} | ${statusOf[code]} | ${errorGuide[code].title} | ${repeatWord[errorGuide[code].repeat]} |`,
  );
  const ofFailures = attemptFailureCodes.map((code) => {
    const guide = failureGuide(code);
    return `| ${link(code)} | ${code === 'worker_lost' ? 'attempts only' : `\`${outcomeOf[code]}\``} | ${guide.title} | ${repeatWord[guide.repeat]} |`;
  });
  return [
    '## Codes of refused calls',
    '',
    'In `code` of an error answer, and in `code` of each of its `errors`. Nothing is ever charged.',
    '',
    '| code | status | what happened | send it again? |',
    '|---|---|---|---|',
    ...ofErrors,
    '',
    '## Codes of failed generations',
    '',
    'In `error.code` of a generation whose `status` is `failed`, and of its attempts. All held credits are given back.',
    '',
    '| code | outcome | what happened | submit it again? |',
    '|---|---|---|---|',
    ...ofFailures,
    '',
  ].join('\n');
}

const attemptFailureCodes: readonly AttemptFailureCode[] = [...failureCodes, 'worker_lost'];

const link = (code: string) => `[\`${code}\`](../errors/${code}.md)`;

const repeatWord = { yes: 'yes', no: 'no', sometimes: 'see `retryable`' } as const;

const repeatSentence = {
  yes: 'Yes: `retryable` is true. Wait as `Retry-After` says, or a second at first and longer each time.',
  no: 'No: `retryable` is false. It would be refused again until something changes.',
  sometimes: 'The field `retryable` of the answer says whether the same call may succeed later.',
} as const;

function errorPage(code: ErrorCode, guide: CodeGuide): string {
  const status = statusOf[code];
  return [
    `# ${code}`,
    '',
    `**${guide.title}.** ${guide.means}`,
    '',
    '| | |',
    '|---|---|',
    `| HTTP status | ${status} ${STATUS_CODES[status]} |`,
    '| Charged | No: a refused call never costs credits. |',
    `| Send it again? | ${repeatSentence[guide.repeat]} |`,
    '',
    ...remedies(guide),
    'All codes, and how an error answer is built: [Errors](../guides/errors.md).',
    '',
  ].join('\n');
}

function failurePage(code: AttemptFailureCode, guide: CodeGuide): string {
  return [
    `# ${code}`,
    '',
    `**${guide.title}.** ${guide.means}`,
    '',
    '| | |',
    '|---|---|',
    code === 'worker_lost'
      ? '| Where | `code` of an attempt; a generation never ends with it |'
      : `| Where | \`error.code\` of a generation; its \`outcome\` is \`${outcomeOf[code]}\` |`,
    '| Charged | No: everything that was held is given back. |',
    `| Submit it again? | ${resubmitSentence[guide.repeat]} |`,
    '',
    ...remedies(guide),
    'All codes: [Errors](../guides/errors.md). What was tried: `GET /v1/generations/{id}/attempts`.',
    '',
  ].join('\n');
}

const resubmitSentence = {
  yes: 'Yes, as a new request with a new `Idempotency-Key`. What could pass was tried again already, at no cost.',
  no: 'Not as it is: it would fail the same way.',
  sometimes: 'Look at `error.message` first: it says whether the request or the moment was to blame.',
} as const;

function remedies({ remedies: steps }: CodeGuide): string[] {
  return ['## What to do', '', ...steps.map((step) => `- ${step}`), ''];
}
