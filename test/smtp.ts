import { after } from 'node:test';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  from: string;
  to: string[];
  headers: Map<string, string>;
  text: string;
}

/** A real SMTP server on a port of its own. */
export interface TestSmtp {
  url: string;
  mails: ReceivedMail[];
  /** Resolves once so many mails have come in. */
  received(count: number): Promise<ReceivedMail[]>;
  /** Asked before a mail is taken; may answer later, or throw what the server then says. */
  onMail: (mail: ReceivedMail) => void | Promise<void>;
  /** Asked for each recipient; may throw what the server then says. */
  onRecipient: (address: string) => void;
}

/** What an SMTP server says instead of yes. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

export async function startSmtp(): Promise<TestSmtp> {
  const waiting = new Set<() => void>();
  const smtp: TestSmtp = {
    url: '',
    mails: [],
    onMail() {},
    onRecipient() {},
    received(count) {
      return new Promise((resolve) => {
        const look = () => {
          if (smtp.mails.length < count) return;
          waiting.delete(look);
          resolve(smtp.mails);
        };
        waiting.add(look);
        look();
      });
    },
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, callback) {
      try {
        smtp.onRecipient(address);
        callback();
      } catch (error) {
        callback(error as Error);
      }
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', async () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = parse(Buffer.concat(chunks).toString('utf8'), {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
        });
        try {
          await smtp.onMail(mail);
        } catch (error) {
          callback(error as Error);
          return;
        }
        smtp.mails.push(mail);
        callback();
        for (const look of [...waiting]) look();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the SMTP server has no port');
  smtp.url = `smtp://127.0.0.1:${address.port}`;
  return smtp;
}

function parse(source: string, envelope: Pick<ReceivedMail, 'from' | 'to'>): ReceivedMail {
  const [head = '', ...body] = source.split('\r\n\r\n');
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const raw = body.join('\r\n\r\n');
  const text = headers.get('content-transfer-encoding') === 'quoted-printable' ? decode(raw) : raw;
  return { ...envelope, headers, text: text.replaceAll('\r\n', '\n') };
}

function decode(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
