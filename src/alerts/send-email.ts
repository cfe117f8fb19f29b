import type { Transporter } from 'nodemailer';
import type { EmailMatter } from '../store/deliveries.ts';
import { writeMail } from './write-mail.ts';

export interface MailSettings {
  /** smtp:// or smtps://, with the login in it if there is one. */
  smtpUrl: string;
  /** As in `Kinora <kinora@example.com>`. */
  from: string;
}

/** How one try went. `refused` is for good: this server will never take this mail. */
export type Sent = { as: 'delivered' } | { as: 'again' | 'refused'; error: string };

export interface Mailer {
  send(matter: EmailMatter): Promise<Sent>;
  close(): void;
}

/** Longer than any server should take; the queue counts on a try ending before its own patience does. */
const timeoutMs = 30_000;

/** One SMTP server. The mail of a delivery has the same Message-ID at every try, so that a repeat can be told as one. */
export async function openMailer({ smtpUrl, from }: MailSettings): Promise<Mailer> {
  const { createTransport } = await import('nodemailer');
  const transport: Transporter = createTransport({
    url: smtpUrl,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(matter) {
      const { subject, text } = writeMail(matter);
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: matter.target },
          subject,
          text,
          messageId: `<${matter.id}@${domainOf(from)}>`,
          date: matter.happenedAt,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Kinora-Event': String(matter.eventId) },
        });
        return { as: 'delivered' };
      } catch (error) {
        return { as: isForGood(error) ? 'refused' : 'again', error: saidBy(error) };
      }
    },
    close: () => transport.close(),
  };
}

/** A 5xx about this recipient or this mail. A login that is refused can be put right, and then the mail leaves. */
function isForGood(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !('responseCode' in error)) return false;
  const aboutTheMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  return aboutTheMail && Number(error.responseCode) >= 500;
}

function saidBy(error: unknown): string {
  return (error instanceof Error ? error.message : String(error))
    .slice(0, 500)
    .toWellFormed()
    .replaceAll('\0', '');
}

const domainOf = (from: string) => /@([^\s<>@]+)>?\s*$/.exec(from)?.[1] ?? 'kinora.invalid';
