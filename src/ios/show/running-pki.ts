import { toDeviceError } from '../../domain/errors.ts';
import { isWholeSequence, readHexLines } from './der.ts';
import { configurationLines, indentOf, unreadable } from './output.ts';

/** What the configuration says of PKI. */
export interface RunningPki {
  readonly trustpoints: readonly ConfiguredTrustpoint[];
  readonly chains: readonly CertificateChain[];
  /** Sections of other kinds: certificate maps, enrollment profiles, the certificate server. */
  readonly others: readonly { readonly head: string; readonly lines: readonly string[] }[];
  /**
   * Lines of something else that only mention PKI commands, such as an alias or an event manager applet, and what is
   * wrong with a chain that nobody needs.
   */
  readonly notUnderstood: readonly string[];
}

export interface ConfiguredTrustpoint {
  readonly name: string;
  /** The lines below the head, trimmed, in order. */
  readonly lines: readonly string[];
}

export interface CertificateChain {
  readonly trustpoint: string;
  readonly certificates: readonly ConfiguredCertificate[];
}

export interface ConfiguredCertificate {
  readonly kind:
    | 'identity'
    | 'ca'
    | 'ra-sign'
    | 'ra-encrypt'
    | 'self-signed'
    | 'rollover'
    | 'rollover-ca'
    | 'other';
  /** The line as it stands: `certificate ca 01`. */
  readonly head: string;
  /** Upper-case hex as printed. */
  readonly serial: string;
  /** Whole certificate; absent where the startup configuration refers to a file, or a brief listing leaves it out. */
  readonly der?: Uint8Array;
  /** The file that holds it: `nvram:R12CA#1CA.cer`. */
  readonly storage?: string;
}

const COMMAND = 'show running-config | section crypto pki';
/** A configuration from before 12.2(8)T has identities; releases that load it make trustpoints of them. */
const TRUSTPOINT = /^crypto (?:(?:pki|ca) trustpoint|ca identity) (?<name>\S+)$/;
const CHAIN = /^crypto (?:pki|ca) certificate chain (?<name>\S+)$/;
/** The filter lets every line through that holds these words, wherever it stands. */
const MENTIONED = /\bcrypto (?:pki|ca)\b/;
const CERTIFICATE =
  /^certificate (?:(?<words>[a-z][a-z -]*?) )?(?<serial>[0-9A-Fa-f]+)(?: (?<storage>\S+:\S*))?$/;
const KINDS: Readonly<Record<string, ConfiguredCertificate['kind']>> = {
  '': 'identity',
  ca: 'ca',
  'ra-sign': 'ra-sign',
  'ra-encrypt': 'ra-encrypt',
  'self-signed': 'self-signed',
  rollover: 'rollover',
  'rollover ca': 'rollover-ca',
};

/**
 * Reads the `crypto pki` (or `crypto ca`) sections of the running or startup configuration. A configuration that came
 * whole, past the filter, is read too: its other sections are left out.
 * Throws DeviceError `output-unreadable` for a line outside every section, a chain with a line that is neither a
 * head nor hexadecimal, and a certificate that is cut short. With `needed`, only the chains of those trustpoints have
 * to be readable: somebody else's is left empty, and told of in `notUnderstood`.
 */
export function readRunningPki(text: string, needed?: readonly string[]): RunningPki {
  const notUnderstood: string[] = [];
  const sections = readSections(configurationLines(text), notUnderstood);
  const chainOf = (trustpoint: string, lines: readonly string[]): ConfiguredCertificate[] => {
    try {
      return readChain(lines);
    } catch (thrown) {
      if (needed === undefined || needed.includes(trustpoint)) throw thrown;
      notUnderstood.push(`certificate chain of ${trustpoint}: ${toDeviceError(thrown).message}`);
      return [];
    }
  };
  const nameIn = (pattern: RegExp, head: string): string | undefined => pattern.exec(head)?.groups?.name;
  return {
    trustpoints: sections.flatMap(({ head, lines }) => {
      const name = nameIn(TRUSTPOINT, head);
      return name === undefined ? [] : [{ name, lines }];
    }),
    chains: sections.flatMap(({ head, lines }) => {
      const trustpoint = nameIn(CHAIN, head);
      return trustpoint === undefined ? [] : [{ trustpoint, certificates: chainOf(trustpoint, lines) }];
    }),
    notUnderstood,
    others: sections.filter(({ head }) => !TRUSTPOINT.test(head) && !CHAIN.test(head)),
  };
}

interface Section {
  readonly head: string;
  readonly lines: string[];
}

function readSections(lines: readonly string[], notUnderstood: string[]): readonly Section[] {
  const isWhole = lines.some((line) => /^hostname \S/.test(line));
  const sections: Section[] = [];
  let open: Section | undefined;
  for (const line of lines) {
    if (line === '' || line.trim() === '!') continue;
    if (!line.startsWith('crypto ') && MENTIONED.test(line)) notUnderstood.push(line);
    else if (indentOf(line) > 0 && open !== undefined) open.lines.push(line.trim());
    else if (/^crypto (?:pki|ca) \S/.test(line)) {
      open = { head: line, lines: [] };
      sections.push(open);
    } else if (isWhole) open = indentOf(line) > 0 ? open : undefined;
    else throw unreadable(COMMAND, line, 'a line outside every section');
  }
  return sections;
}

function readChain(lines: readonly string[]): ConfiguredCertificate[] {
  const blocks: { head: string; hex: string[]; isClosed: boolean }[] = [];
  for (const line of lines) {
    const open = blocks.at(-1);
    if (/^certificate\b/.test(line)) blocks.push({ head: line, hex: [], isClosed: false });
    else if (open === undefined || open.isClosed)
      throw unreadable(COMMAND, line, 'a line outside every certificate');
    else if (line === 'quit') open.isClosed = true;
    else open.hex.push(line);
  }
  return blocks.map(readCertificate);
}

function readCertificate({ head, hex }: { head: string; hex: readonly string[] }): ConfiguredCertificate {
  const groups = CERTIFICATE.exec(head)?.groups;
  if (groups === undefined) throw unreadable(COMMAND, head, 'not the head of a certificate');
  const storage = groups.storage;
  return {
    kind: KINDS[groups.words ?? ''] ?? 'other',
    head,
    serial: (groups.serial ?? '').toUpperCase(),
    ...(hex.length === 0 ? {} : { der: wholeDer(head, hex) }),
    ...(storage === undefined ? {} : { storage }),
  };
}

function wholeDer(head: string, hex: readonly string[]): Uint8Array {
  const odd = hex.find((line) => readHexLines([line]) === undefined);
  if (odd !== undefined) throw unreadable(COMMAND, odd, `not hexadecimal, below ${head}`);
  const der = readHexLines(hex);
  if (der === undefined || !isWholeSequence(der))
    throw unreadable(COMMAND, head, 'a certificate that is cut short');
  return der;
}
