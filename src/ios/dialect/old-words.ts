import { type ConfigLine, maskedText, plainLine } from '../../domain/config-line.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { Version } from '../show/version.ts';
import { isSince } from './release-order.ts';

/** A router that says `crypto ca`, as its `show version` tells of it. */
export type OldRouter = Pick<Version, 'version' | 'hostname'>;

/** What an old router can be asked for. */
export interface Askable {
  /** In today's words, for the comparison with its configuration. */
  readonly lines: readonly ConfigLine[];
  /** Lines it does not know and can do without, each with what takes its place. */
  readonly leftOut: readonly string[];
}

/**
 * Takes out of a trustpoint's lines what a release before 12.3(7)T has no line for and does not need.
 * Throws DeviceError `unsupported-release` naming every line that has no old form and cannot be left out.
 */
export function askable(trustpoint: string, lines: readonly ConfigLine[], router: OldRouter): Askable {
  const leftOut: string[] = [];
  const impossible: string[] = [];
  const kept = lines.filter((line) => {
    const text = tidy(maskedText(line));
    const instead = standInFor(text, router);
    if (instead !== undefined) leftOut.push(`“${text}”: ${instead}`);
    else if (hasNoOldForm(text, router)) impossible.push(`“${text}”`);
    else return true;
    return false;
  });
  if (impossible.length === 0) return { lines: kept, leftOut };
  throw new DeviceError(
    'unsupported-release',
    `${trustpoint}: ${router.version} has no line for ${impossible.join(', ')}`,
    {
      detail: 'Nothing was typed. What older releases know is told in the page about templates.',
      hint: 'give this device a trustpoint of its own in the inventory, without these settings',
    },
  );
}

/**
 * A line as a release before 12.3(7)T knows it; one may become two, or none where the old default says it. `present` is
 * the line of the router's configuration that it replaces.
 */
export function inOldWords(
  line: ConfigLine,
  router: OldRouter,
  present: string | undefined,
): readonly ConfigLine[] {
  const text = tidy(maskedText(line));
  if (text.startsWith('crypto pki ')) return [plainLine(text.replace('pki', 'ca'))];
  if (!text.startsWith('revocation-check ') || knowsRevocationCheck(router)) return [line];
  const wanted = CRL_LINES.find((old) => old.today === text)?.old;
  // Whether one of these lines takes the place of the other is not written anywhere.
  const other = CRL_LINES.find(({ old }) => old !== undefined && old === tidy(present ?? ''))?.old;
  return [...(other === undefined ? [] : [`no ${other}`]), ...(wanted === undefined ? [] : [wanted])].map(
    plainLine,
  );
}

/** A line of a configuration in today's words, whatever words it was typed or printed in. */
export function inTodaysWords(line: string): string {
  const text = tidy(line);
  const crl = CRL_LINES.find(({ old }) => old === text);
  if (crl !== undefined) return crl.today;
  // `query url` belonged to crypto ca identity.
  return text.replace(/^query url (?=\S)/, 'crl query ');
}

/**
 * The command that makes a key pair, in the forms of older releases, newest first: without `modulus`, which is then
 * asked for, and with the label in its place but without its word (12.2(8)T). A release that knows one of the words not
 * takes it for a label and refuses the next one, so that a form too new for it makes no key.
 */
export function olderKeypairCommands(command: ConfigLine): readonly ConfigLine[] {
  const words = maskedText(command).trim().split(/\s+/);
  const label = words.indexOf('label');
  if (label < 0) return [];
  const modulus = words.indexOf('modulus');
  const asking = modulus < 0 ? words : words.toSpliced(modulus, 2);
  const bare = asking.toSpliced(asking.indexOf('label'), 1);
  return [...(modulus < 0 ? [] : [asking]), bare].map((form) => plainLine(form.join(' ')));
}

/** What was said about CRLs before `revocation-check` (12.3(2)T). Without a line a CRL must be had. */
const CRL_LINES: readonly { readonly today: string; readonly old: string | undefined }[] = [
  { today: 'revocation-check crl', old: undefined },
  { today: 'revocation-check crl none', old: 'crl best-effort' },
  { today: 'revocation-check none', old: 'crl optional' },
];

function knowsRevocationCheck({ version }: OldRouter): boolean {
  return isSince(version, '12.3(2)T');
}

/** Why a line may be left out on this router; undefined when it may not, or need not. */
function standInFor(text: string, { version, hostname = '' }: OldRouter): string | undefined {
  if (text.startsWith('fingerprint ') && !isSince(version, '12.3(12)'))
    return 'what the router shows of the CA certificate, and the certificate itself, are compared all the same';
  const fqdn = /^fqdn (?<name>\S+)$/.exec(text)?.groups?.name;
  if (fqdn === undefined || knowsFqdn(version)) return undefined;
  // The request holds the router's own name without being told to.
  const isOwn = hostname !== '' && fqdn.toLowerCase().startsWith(`${hostname.toLowerCase()}.`);
  return isOwn ? 'the router asks for its own name, which is checked in the certificate' : undefined;
}

/** In the command reference of 12.3, and in that of 12.2T, which ends with 12.2(13)T, not. */
function knowsFqdn(version: string): boolean {
  return isSince(version, '12.2(15)T');
}

/** Trustpoint commands of 12.3(7)T and later, or of a time that is not known. */
const LATER =
  /^(?:hash|regenerate|vrf|subject-alt-name|eckeypair|ocsp|storage|on|chain-validation|auto-enroll \d+)\b/;

function hasNoOldForm(text: string, router: OldRouter): boolean {
  if (LATER.test(text)) return true;
  if (text.startsWith('fqdn ')) return !knowsFqdn(router.version);
  if (!text.startsWith('revocation-check ') || knowsRevocationCheck(router)) return false;
  return !CRL_LINES.some(({ today }) => today === text);
}

function tidy(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
