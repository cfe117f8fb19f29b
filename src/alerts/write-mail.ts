import { describeAlert, momentIn, oneLine } from '../domain/describe-alert.ts';
import type { EmailMatter } from '../store/deliveries.ts';

/** What a mail is about: an event, and whom it concerns. */
export type MailMatter = Omit<EmailMatter, 'target' | 'ageSeconds' | 'tries' | 'lastError'>;

export interface Mail {
  subject: string;
  text: string;
}

/** A mail in plain text: what happened, the numbers, what it means and what to do. */
export function writeMail(matter: MailMatter): Mail {
  const { title, facts, advice } = describeAlert(matter.type, matter.data, matter.generationId);
  const account = oneLine(matter.accountName);
  const width = Math.max(...facts.map(([name]) => name.length), 'Account'.length);
  const lines = [['Account', `${account} (${matter.accountId})`] as const, ...facts].map(
    ([name, value]) => `  ${name.padEnd(width)}  ${value}`,
  );
  const text = [
    `${oneLine(title)}.`,
    '',
    ...lines,
    '',
    ...advice.flatMap((sentence) => [...wrap(sentence), '']),
    '-- ',
    `Kinora, event ${matter.eventId} of ${momentIn(matter.happenedAt, matter.timeZone)}.`,
    'You get this as the alert address of the account. To change it or have no',
    'more: PATCH /v1/account with {"alert_email": "…"} or {"alert_email": null}.',
    '',
  ];
  return { subject: subjectOf(account, title), text: text.join('\n') };
}

const maxSubject = 180;

function subjectOf(account: string, title: string): string {
  const subject = `[${account}] ${oneLine(title)}`;
  return subject.length <= maxSubject ? subject : `${subject.slice(0, maxSubject - 1).toWellFormed()}…`;
}

const maxLine = 76;

/** Breaks at spaces; a command to copy, after a colon, stays in one piece on a line of its own. */
function wrap(sentence: string): string[] {
  const command = /^(.*: )(kinora .*)$/.exec(sentence);
  if (command !== null && sentence.length > maxLine) return [`${command[1]?.trimEnd()}`, `  ${command[2]}`];
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > maxLine) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
