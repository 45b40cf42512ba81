import { readFile } from 'node:fs/promises';
import type { Device } from '../../domain/device.ts';
import { DeviceError } from '../../domain/errors.ts';
import type { CheckName } from '../../domain/finding.ts';
import type { Pkcs12Method } from '../../domain/method.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { type DecodedCertificate, decodeCertificate } from '../../pki/decode.ts';
import { Pkcs12Error } from '../../pki/pkcs12/errors.ts';
import type { Pkcs12Contents } from '../../pki/pkcs12/make.ts';
import { isLegacyPkcs12 } from '../../pki/pkcs12/protection.ts';
import { readPkcs12 } from '../../pki/pkcs12/read.ts';
import { verifyCertificate } from '../../pki/verify.ts';
import type { Renderer } from '../../template/render.ts';
import { isPinned } from '../pins.ts';

/** A PKCS#12 file that was opened, and found to be what the inventory asks for. */
export interface Pkcs12File {
  readonly path: string;
  readonly contents: Pkcs12Contents;
  /** The router's certificate in it. */
  readonly certificate: DecodedCertificate;
  /** Of the file itself, for a router that reads it from a URL. */
  readonly url?: string;
  /** Whether it is protected in the way that old releases read. */
  readonly isLegacy: boolean;
}

/** By the name of the trustpoint. */
export type Pkcs12Files = ReadonlyMap<string, Pkcs12File>;

interface Situation {
  readonly device: Device;
  readonly renderer: Renderer;
  readonly now: () => Date;
}

/**
 * Opens the PKCS#12 files of a device before anything is typed, and checks them as if the router held what is in them. Throws
 * DeviceError `pkcs12-unusable` with everything that is wrong with the first that cannot be imported.
 */
export async function openPkcs12Files(situation: Situation): Promise<Pkcs12Files> {
  const files = new Map<string, Pkcs12File>();
  for (const trustpoint of situation.device.trustpoints) {
    const { method } = trustpoint;
    if (method.kind !== 'pkcs12') continue;
    files.set(trustpoint.name, await openFile(situation, trustpoint, method));
  }
  return files;
}

async function openFile(
  situation: Situation,
  trustpoint: Trustpoint,
  method: Pkcs12Method,
): Promise<Pkcs12File> {
  const { file: path = '', url } = situation.renderer.pkcs12(situation.device, trustpoint) ?? {};
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unusable(trustpoint, path, cause instanceof Error ? cause.message : String(cause), cause);
  });
  const opened = await open(bytes, method, trustpoint, path);
  const certificate = decodeCertificate(opened.contents.certificate);
  const wrong = wrongWith(opened.contents, trustpoint, situation);
  if (wrong.length > 0) throw unusable(trustpoint, path, wrong.join('\n'));
  return { path, certificate, ...opened, ...(url === undefined ? {} : { url }) };
}

async function open(
  bytes: Uint8Array,
  { passphrase }: Pkcs12Method,
  trustpoint: Trustpoint,
  path: string,
): Promise<Pick<Pkcs12File, 'contents' | 'isLegacy'>> {
  try {
    return { contents: await readPkcs12(bytes, passphrase), isLegacy: isLegacyPkcs12(bytes) };
  } catch (thrown) {
    if (thrown instanceof Pkcs12Error) throw unusable(trustpoint, path, thrown.message, thrown);
    throw thrown;
  }
}

/** What can be told of a certificate before a router holds it. */
const CHECKED_BEFORE: ReadonlySet<CheckName> = new Set([
  'ca-pinned',
  'chain-valid',
  'key-strong-enough',
  'valid-by-our-clock',
  'subject-as-asked',
  'names-as-asked',
  'key-usage',
]);

function wrongWith(
  { certificate, authorities }: Pkcs12Contents,
  trustpoint: Trustpoint,
  { device, renderer, now }: Situation,
): readonly string[] {
  const { authority, key, serialNumber, ipAddress } = trustpoint;
  const fqdn = renderer.fqdn(device, trustpoint);
  const findings = verifyCertificate({
    trustpoint: trustpoint.name,
    expected: {
      subject: renderer.subject(device, trustpoint),
      fqdn: fqdn === 'none' ? undefined : fqdn,
      serialNumberAsked: serialNumber,
      ipAddress: ipAddress === 'none' ? undefined : ipAddress,
      keyType: key.type,
      keyBits: key.size,
      pins: authority.fingerprints,
      ...(key.type === 'ec' ? { keyUsageAsked: ['digitalSignature'] } : {}),
    },
    identityDer: certificate,
    chainDers: authorities,
    now: now(),
    maxSkewMs: device.clock.maxSkewMs,
  });
  const failed = findings.filter(
    ({ check, status }) => CHECKED_BEFORE.has(check) && (status === 'fail' || status === 'unknown'),
  );
  const wrong = failed.map(({ check, expected, actual }) => `${check}: expected ${expected}; is ${actual}`);
  if (wrong.length > 0) return wrong;
  // The router keeps the certificate of this CA beside its own, and no others.
  const { issuerDer } = decodeCertificate(certificate);
  const signer = authorities
    .map((der) => decodeCertificate(der))
    .find((each) => Buffer.compare(each.subjectDer, issuerDer) === 0);
  return signer !== undefined && isPinned({ der: signer.der }, authority.fingerprints)
    ? []
    : ['chain-valid: the pinned CA did not sign it itself; pin the one that did'];
}

function unusable(
  { name }: Pick<Trustpoint, 'name'>,
  path: string,
  why: string,
  cause?: unknown,
): DeviceError {
  const [first = ''] = why.split('\n');
  return new DeviceError('pkcs12-unusable', `${name}: ${first}`, {
    detail: `${path}\n${why}\nNothing was typed that changes the router.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
