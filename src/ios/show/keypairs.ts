import { createPublicKey, type KeyObject } from 'node:crypto';
import { toDeviceError } from '../../domain/errors.ts';
import { isWholeSequence, readHexLines } from './der.ts';
import { outputLines, unreadable } from './output.ts';

/** One block of `show crypto key mypubkey all|rsa|ec`. */
export interface PrintedKeypair {
  readonly label: string;
  readonly type: 'rsa' | 'ec' | 'other';
  /** Modulus or curve size in bits, read from the key itself; 0 when the router prints no key data or the type is `other`. */
  readonly bits: number;
  /** Undefined when the router does not say. */
  readonly exportable?: boolean;
  /** As printed: `General Purpose Key`, `Signature Key`. */
  readonly usage: string;
  /** Where it is kept, as printed: `private-config`, `usbtoken0:`, `not specified`. Absent where the release does not say. */
  readonly storage?: string;
  /** The device that made and keeps it, as printed: `usbtoken0`, `act2 (label=act2, key index=24)`. */
  readonly device?: string;
  /** DER SubjectPublicKeyInfo; empty when the router prints none (some hardware keys). */
  readonly publicKey: Uint8Array;
  /** As printed, in the router's local time: `00:54:49 UTC Sep 21 2025`. */
  readonly generatedAt: string;
  /** A key the router made for itself: the SSH helper key whose name ends in `.server`, or a temporary one. */
  readonly helper: boolean;
  readonly notUnderstood: readonly string[];
}

const COMMAND = 'show crypto key mypubkey';
const START = /^% Key pair was generated at: (?<at>.+)$/;
const HEX_LINE = /^\s+(?:[0-9A-F]{8} ?)*(?:[0-9A-F]{2}){0,4}$/i;
const EXPORTABLE = /^\s*Key is (?<not>not )?exportable\b/i;
const KNOWN = /^\s*(?:Key type: |Storage Device: |On Cryptographic Device: |Redundancy|Temporary key$)/i;

/**
 * Reads `show crypto key mypubkey all`. No output is no key pair. Usage keys are two blocks of one name.
 * Throws DeviceError `output-unreadable` for a line outside every block, a block without a name, or key data
 * that is not one whole public key. With `needed`, only the keys of those names have to be readable: another one
 * comes without its key data, and says so in `notUnderstood`.
 */
export function readKeypairs(text: string, needed?: readonly string[]): PrintedKeypair[] {
  const blocks: string[][] = [];
  for (const line of outputLines(text)) {
    if (line === '') continue;
    if (START.test(line)) blocks.push([line]);
    else if (blocks.length === 0) throw unreadable(COMMAND, line, 'a line outside every key pair');
    else blocks.at(-1)?.push(line);
  }
  return blocks.map((lines) => readBlock(lines, needed));
}

function readBlock(lines: readonly string[], needed: readonly string[] | undefined): PrintedKeypair {
  const [start = ''] = lines;
  const names = valuesOf(lines, 'Key name');
  const [label] = names;
  if (label === undefined || names.length > 1)
    throw unreadable(COMMAND, start, 'a key pair without a single name');
  const dataAt = lines.findIndex((line) => /^\s*Key Data:$/i.test(line));
  const below = dataAt < 0 ? [] : lines.slice(dataAt + 1);
  const data = below.filter((line) => HEX_LINE.test(line));
  const header = [
    ...(dataAt < 0 ? lines : lines.slice(0, dataAt)),
    ...below.filter((line) => !HEX_LINE.test(line)),
  ];
  const { damage, ...key } = readKey(data, label, needed?.includes(label) ?? true);
  const exportable = exportableOf(header);
  const [storage] = valuesOf(header, 'Storage Device');
  const [device] = valuesOf(header, 'On Cryptographic Device');
  return {
    label,
    ...key,
    ...(exportable === undefined ? {} : { exportable }),
    usage: valuesOf(header, 'Usage')[0] ?? '',
    ...(storage === undefined ? {} : { storage }),
    ...(device === undefined ? {} : { device }),
    generatedAt: START.exec(start)?.groups?.at ?? '',
    helper: label.endsWith('.server') || header.some((line) => /^\s*Temporary key$/i.test(line)),
    notUnderstood: [...header.slice(1).filter((line) => !isKnown(line)), ...damage],
  };
}

function valuesOf(lines: readonly string[], name: string): string[] {
  const pattern = new RegExp(`^\\s*${name}: *(?<value>.+)$`, 'i');
  return lines
    .map((line) => pattern.exec(line)?.groups?.value?.trim())
    .filter((value) => value !== undefined);
}

function exportableOf(lines: readonly string[]): boolean | undefined {
  const said = new Set(
    lines
      .map((line) => EXPORTABLE.exec(line))
      .filter((match) => match !== null)
      .map((match) => match[1] === undefined),
  );
  return said.size === 1 ? [...said][0] : undefined;
}

function isKnown(line: string): boolean {
  return KNOWN.test(line) || EXPORTABLE.test(line) || /^\s*(?:Key name|Usage): *\S/i.test(line);
}

interface Key extends Pick<PrintedKeypair, 'type' | 'bits' | 'publicKey'> {
  /** Why there is no key although there was key data. */
  readonly damage: readonly string[];
}

function readKey(data: readonly string[], label: string, isNeeded: boolean): Key {
  try {
    const publicKey = readHexLines(data);
    if (publicKey === undefined) throw unreadable(COMMAND, label, 'key data that is not hexadecimal');
    return { ...measure(publicKey, label), publicKey, damage: [] };
  } catch (thrown) {
    if (isNeeded) throw thrown;
    const damage = [toDeviceError(thrown).message];
    return { type: 'other', bits: 0, publicKey: new Uint8Array(), damage };
  }
}

/** Type and size come from the key, never from the words around it. */
function measure(spki: Uint8Array, label: string): Pick<PrintedKeypair, 'type' | 'bits'> {
  if (spki.length === 0) return { type: 'other', bits: 0 };
  if (!isWholeSequence(spki)) throw unreadable(COMMAND, label, 'key data that is cut short or damaged');
  const key = openKey(spki);
  switch (key?.asymmetricKeyType) {
    case 'rsa':
      return { type: 'rsa', bits: key.asymmetricKeyDetails?.modulusLength ?? 0 };
    case 'ec':
      return { type: 'ec', bits: CURVE_BITS[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 0 };
    default:
      return { type: 'other', bits: 0 };
  }
}

const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
/** rsaEncryption (RFC 8017, A.1) and id-ecPublicKey (RFC 5480, 2.1.1) as they stand in the DER. */
const OURS = /^30.{2,8}?30.{2}06(?:092a864886f70d010101|072a8648ce3d0201)/;

function openKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (cause) {
    // A key of a kind this runtime does not know is listed as such; a damaged RSA or EC key is not.
    if (!OURS.test(Buffer.from(spki).toString('hex'))) return undefined;
    throw unreadable('show crypto key mypubkey', undefined, `a damaged public key (${String(cause)})`);
  }
}
