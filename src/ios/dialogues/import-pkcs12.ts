import type { Exchange } from '../../dialogue/exchange.ts';
import type { ConfigLine } from '../../domain/config-line.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { Secret } from '../../domain/secret.ts';
import { answering, type ForeseenQuestion, type IosCommand } from '../question.ts';
import { findRefusal, type Refusal } from '../refusals.ts';
import type { Session } from '../session.ts';
import { asksToPaste, foreseenPaste, pasting } from './pasting.ts';
import { allSaid, refusedFor } from './refused.ts';

/** Where the router takes the file from. */
export type Pkcs12Source =
  /** Lines of base64, pasted. */
  | { readonly kind: 'terminal'; readonly lines: readonly string[] }
  | { readonly kind: 'url'; readonly url: string };

export interface ImportPkcs12Options {
  readonly trustpoint: string;
  readonly source: Pkcs12Source;
  /** Stands in the command: without blanks and question marks. */
  readonly passphrase: Secret;
  /** A key pair of that name is there that nothing uses, and may go. */
  readonly mayReplaceKey: boolean;
  /** Longest silence, in milliseconds: a small router is busy for a minute or two and says nothing. */
  readonly timeoutMs: number;
}

/** The questions of `crypto pki import pkcs12`. */
export const IMPORT_PKCS12_QUESTIONS = {
  'pkcs12-text': asksToPaste('base 64 encoded pkcs ?#?12'),
  'remote-host': /Address or name of remote host\s*\[(?<shown>[^\]\n]*)\]\s*\?\s*/i,
  'source-filename': /Source filename\s*\[(?<shown>[^\]\n]*)\]\s*\?\s*/i,
  'replace-keypair': /\breplace (?:them|it)\s*\?\s*\[yes\/no\]\s*:\s*/i,
  // One question on two lines.
  'create-hierarchy':
    /(?:create trustpoints for CAs higher in\s+%?\s*)?the hierarchy\s*\?\s*\[yes\/no\]\s*:\s*/i,
} as const;

const HIERARCHY = {
  name: 'create-hierarchy',
  question: '% Do you also want to create trustpoints for CAs higher in % the hierarchy? [yes/no]:',
  answer: 'no',
} as const;

function replaceQuestion(mayReplaceKey: boolean): ForeseenQuestion {
  return {
    name: 'replace-keypair',
    question: '% Do you really want to replace them? [yes/no]:',
    ...(mayReplaceKey
      ? { answer: 'yes', remark: 'nothing uses that key pair any more' }
      : { answer: 'no', stops: true }),
  };
}

type Foreseen = Pick<ImportPkcs12Options, 'trustpoint' | 'mayReplaceKey'> & {
  readonly source: { readonly kind: 'terminal' } | { readonly kind: 'url'; readonly url: string };
};

export function importPkcs12Command({ trustpoint, source, mayReplaceKey }: Foreseen): IosCommand {
  const url = source.kind === 'url' ? new URL(source.url) : undefined;
  const taking: readonly ForeseenQuestion[] =
    url === undefined
      ? [
          foreseenPaste('pkcs12-text', {
            question: 'Enter the base 64 encoded pkcs12',
            what: 'the PKCS#12 file in base64',
          }),
        ]
      : [
          { name: 'remote-host', question: 'Address or name of remote host []?', answer: hostOf(url) },
          { name: 'source-filename', question: 'Source filename []?', answer: fileNameIn(url.href) },
        ];
  const from = url === undefined ? 'terminal' : url.href;
  return {
    mode: MODE,
    opening: `crypto pki import ${trustpoint} pkcs12 ${from} password <passphrase>`,
    instead: [`crypto pki import ${trustpoint} pkcs12 ${from} <passphrase>`],
    questions: [...taking, replaceQuestion(mayReplaceKey), HIERARCHY],
  };
}

const MODE = 'configuration';
const IMPORTED = /^\s*(?:CRYPTO_PKI:\s*)?Imported PKCS ?#?12 file successfully/im;

/**
 * Gives a router a key pair with its certificate and its CA's (`crypto pki import pkcs12`, IOS security command reference).
 * CAs further up get no trustpoints. A key pair of that name is replaced only where that was foreseen.
 *
 * Throws DeviceError `keypair-conflict` (a key pair would be replaced), `command-refused` when the router does not take the
 * file, `output-unreadable` when it does not say that it did, or what a conversation throws.
 */
export async function importPkcs12(session: Session, options: ImportPkcs12Options): Promise<void> {
  const [today, before] = openingsFor(options);
  let { text, syslog } = await converse(session, today, options);
  // Before 12.4 there was no word in front of the passphrase.
  if (refusalIn(text)?.kind === 'syntax') ({ text, syslog } = await converse(session, before, options));
  if (IMPORTED.test(text)) return;
  const { trustpoint } = options;
  const detail = allSaid({ text, syslog });
  const refusal = refusalIn(text);
  if (refusal === undefined) {
    const message = `${trustpoint}: the router does not say that it imported the PKCS#12 file`;
    throw new DeviceError('output-unreadable', message, { detail });
  }
  throw refusedFor(trustpoint, refusal, detail);
}

/** What is said of the import begins with a percent sign, as refusals do. */
const SAID =
  /^\s*%\s*(?:importing pkcs ?#?12|if you replace them|will be removed|the CA cert(?:ificate)? is not self-signed)\b.*$/gim;

function refusalIn(text: string): Refusal | undefined {
  return findRefusal(text.replace(SAID, ''));
}

function openingsFor({
  trustpoint,
  source,
  passphrase,
}: ImportPkcs12Options): readonly [ConfigLine, ConfigLine] {
  const from = source.kind === 'url' ? source.url : 'terminal';
  const head = `crypto pki import ${trustpoint} pkcs12 ${from} `;
  return [{ parts: [`${head}password `, passphrase] }, { parts: [head, passphrase] }];
}

async function converse(session: Session, opening: ConfigLine, options: ImportPkcs12Options) {
  const { timeoutMs } = options;
  return session.converse(
    { name: 'import-pkcs12', opening, exchanges: exchangesOf(options), timeoutMs },
    MODE,
  );
}

function exchangesOf({ trustpoint, source, mayReplaceKey }: ImportPkcs12Options): readonly Exchange[] {
  return [
    ...(source.kind === 'terminal'
      ? [pasting('pkcs12-text', IMPORT_PKCS12_QUESTIONS['pkcs12-text'], source.lines)]
      : [
          offered('remote-host', hostOf(new URL(source.url))),
          offered('source-filename', fileNameIn(source.url)),
        ]),
    answering(
      replaceQuestion(mayReplaceKey),
      IMPORT_PKCS12_QUESTIONS['replace-keypair'],
      mayReplaceKey ? {} : { error: ({ all }) => keyConflict(trustpoint, all) },
    ),
    answering(HIERARCHY, IMPORT_PKCS12_QUESTIONS['create-hierarchy'], { atMost: 2 }),
  ];
}

/** What stands in the brackets already is taken with the Enter key alone. */
function offered(name: 'remote-host' | 'source-filename', wanted: string): Exchange {
  return {
    name,
    prompt: IMPORT_PKCS12_QUESTIONS[name],
    atMost: 2,
    react: ({ match }) => ({ type: match.groups?.shown === wanted ? '' : wanted }),
  };
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(?<address>.*)\]$/, '$<address>');
}

/** The file that a router asks a server for when it reads a URL. */
export function fileNameIn(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

function keyConflict(trustpoint: string, detail: string): DeviceError {
  const message = `${trustpoint}: the import would replace a key pair of the router; it was not replaced`;
  return new DeviceError('keypair-conflict', message, { detail: detail.trim() });
}
