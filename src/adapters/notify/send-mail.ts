import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import { NotificationProblem } from './notification-problem.ts';

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

/**
 * Hands a mail to the server at `address` (`smtp://…` or `smtps://…`). In SMTP a 5xx is final and a 4xx passes.
 * Throws NotificationProblem, or the signal's reason (the server may still get the mail then: it has the same id later).
 */
export async function sendMail(
  mail: SendMailOptions,
  address: string,
  { signal, timeout, redact }: { signal: AbortSignal; timeout: number; redact: (text: string) => string },
): Promise<void> {
  if (!URL.canParse(address) || !/^smtps?:$/.test(new URL(address).protocol)) {
    throw new NotificationProblem('e-mail: the server is not an smtp:// or smtps:// URL', true);
  }
  signal.throwIfAborted();
  const limits = {
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  };
  const transport = createTransport({ url: address, ...limits });
  const host = new URL(address).host;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    const { rejected } = await Promise.race([transport.sendMail(mail), aborted]);
    if (rejected.length > 0) {
      throw new NotificationProblem(
        `e-mail: ${host} took it, but not for ${rejected.map(String).join(', ')}`,
        true,
      );
    }
  } catch (error) {
    if (error instanceof NotificationProblem || signal.aborted) throw error;
    const { message, code, responseCode } = error as SmtpError;
    const permanent =
      responseCode === undefined ? code === 'EENVELOPE' || code === 'EAUTH' : responseCode >= 500;
    throw new NotificationProblem(`e-mail: ${host}: ${redact(message)}`, permanent);
  } finally {
    signal.removeEventListener('abort', abort);
    transport.close();
  }
}
