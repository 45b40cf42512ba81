import { DeviceError } from '../../domain/errors.ts';
import type { IosCommand } from '../question.ts';
import { findRefusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { type FileTransfer, fileExchanges, foreseenFileQuestions } from './file-questions.ts';
import { asksToPaste, foreseenPaste, pasting } from './pasting.ts';
import { allSaid, refusedFor } from './refused.ts';

export interface ImportCertificateOptions {
  readonly trustpoint: string;
  /** Its text as PEM, line by line; or the file that the router reads (`enrollment url tftp:`). */
  readonly certificate: { readonly pem: readonly string[] } | { readonly transfer: FileTransfer };
  /** Longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** Where the text of a router's own certificate is wanted; a CA's is asked for in other words. */
export const IMPORT_CERTIFICATE_QUESTIONS = {
  'certificate-text': asksToPaste(
    'base 64 encoded certificate|PEM-formatted (?:(?:general purpose|signature|encryption) )?certificate',
  ),
} as const;

const IMPORTED = /^\s*%?\s*Router Certificate successfully imported/im;

const PASTE = foreseenPaste('certificate-text', {
  question: 'Enter the base 64 encoded certificate',
  what: 'the certificate',
});

/** `transfer`: the router reads a file; it asks for a text otherwise. */
export function importCertificateCommand(trustpoint: string, transfer?: FileTransfer): IosCommand {
  return {
    mode: 'configuration',
    opening: `crypto pki import ${trustpoint} certificate`,
    questions: transfer === undefined ? [PASTE] : foreseenFileQuestions(transfer, 'read'),
  };
}

/**
 * Gives a router a certificate for a key pair of its own (`crypto pki import certificate`, IOS security command reference).
 * With usage keys a
 * text is given for each of the two, and the router finds out by the key which one it got.
 *
 * Throws DeviceError `command-refused` when the router does not take it, `output-unreadable` when it does not say that it
 * did, or what a conversation throws.
 */
export async function importCertificate(session: Session, options: ImportCertificateOptions): Promise<void> {
  const { trustpoint, certificate, timeoutMs } = options;
  const { mode, opening } = importCertificateCommand(trustpoint);
  const exchanges =
    'pem' in certificate
      ? [pasting('certificate-text', IMPORT_CERTIFICATE_QUESTIONS['certificate-text'], certificate.pem)]
      : fileExchanges(certificate.transfer, 'read');
  const { text, syslog } = await session.converse(
    { name: 'import-certificate', opening, exchanges, timeoutMs },
    mode,
  );
  const detail = allSaid({ text, syslog });
  const refusal = findRefusal(text);
  if (refusal !== undefined) throw refusedFor(trustpoint, refusal, detail);
  if (!IMPORTED.test(text)) {
    const message = `${trustpoint}: the router does not say that it imported the certificate`;
    throw new DeviceError('output-unreadable', message, { detail });
  }
}
