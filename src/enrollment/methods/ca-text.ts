import { readFile } from 'node:fs/promises';
import { DeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import type { Authority, Trustpoint } from '../../domain/trustpoint.ts';
import { CertificatesUnreadableError, readCertificates } from '../../pki/certificate-bag.ts';
import type { DecodedCertificate } from '../../pki/decode.ts';
import { recallCertificate } from '../../pki/recall.ts';
import { CaLookup } from '../ca-lookup.ts';
import { isPinned, tellHashes } from '../pins.ts';
import type { StepContext } from '../steps/context.ts';

/** The certificates that are known of a CA beside a router: those of the inventory's file, or those that it shows by SCEP. */
export interface CaCertificates {
  /** The one with every pinned fingerprint. */
  readonly pinned: DecodedCertificate;
  readonly all: readonly DecodedCertificate[];
}

/** Whether trustfleet gives the router the CA certificate, as a text or as a file. */
export function isCaGiven(trustpoint: Pick<Trustpoint, 'method'>): boolean {
  return isCaPasted(trustpoint) || trustpoint.method.kind === 'tftp';
}

/** Whether the router is given the CA certificate as a text. */
export function isCaPasted({ method }: Pick<Trustpoint, 'method'>): boolean {
  if (method.kind === 'profile') return method.authentication.kind === 'terminal';
  return method.kind === 'terminal' || (method.kind === 'ca-only' && method.by === 'terminal');
}

/**
 * Makes sure of every CA certificate that a plan gives to the router, before anything is typed. Throws as
 * `caCertificates` does.
 */
export async function makeSureOfCaTexts(
  context: Pick<StepContext, 'caLookup' | 'signal' | 'device'>,
  actions: readonly { readonly kind: string; readonly trustpoint?: string }[],
): Promise<void> {
  const authenticated = new Set(
    actions.flatMap(({ kind, trustpoint }) => (kind === 'authenticate' ? (trustpoint ?? []) : [])),
  );
  for (const trustpoint of context.device.trustpoints) {
    if (authenticated.has(trustpoint.name) && isCaGiven(trustpoint))
      await caCertificates(context, trustpoint);
  }
}

/**
 * The CA certificate that a router is given, before anything is typed: from the authority's file where it has one, else
 * by GetCACert. It has every pinned fingerprint.
 *
 * Throws DeviceError `ca-certificate-unusable` when the file cannot be read, `ca-unreachable` when this machine cannot
 * fetch it, `fingerprint-mismatch` when no certificate there has all the pins.
 */
export async function caCertificates(
  { caLookup = new CaLookup(), signal }: Pick<StepContext, 'caLookup' | 'signal'>,
  { name, authority }: Pick<Trustpoint, 'name' | 'authority'>,
): Promise<CaCertificates> {
  const { certificate: file, fingerprints } = authority;
  const all =
    file === undefined
      ? await fetchCertificates(authority, name, caLookup, signal)
      : await readFileOf(authority, file);
  const pinned = all.find((each) => isPinned(each, fingerprints));
  if (pinned !== undefined) return { pinned, all };
  const where = file ?? authority.scep?.url ?? authority.name;
  throw new DeviceError(
    'fingerprint-mismatch',
    `${name}: no certificate of ${authority.name} has the pinned fingerprints`,
    {
      detail: [
        `pinned: ${fingerprints.map(formatFingerprint).join(', ')}`,
        ...all.map(({ der }) => `in ${where}: ${tellHashes(der, fingerprints)}`),
        'Nothing was typed of it.',
      ].join('\n'),
    },
  );
}

async function readFileOf({ name }: Authority, file: string): Promise<readonly DecodedCertificate[]> {
  try {
    return readCertificates(await readFile(file));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const what = thrown instanceof CertificatesUnreadableError ? `${file}: ${reason}` : reason;
    throw new DeviceError('ca-certificate-unusable', `the certificate of ${name}: ${what}`, {
      cause: thrown,
    });
  }
}

async function fetchCertificates(
  { name: authority, scep }: Authority,
  trustpoint: string,
  lookup: Pick<CaLookup, 'certificates'>,
  signal: AbortSignal,
): Promise<readonly DecodedCertificate[]> {
  if (scep === undefined)
    throw new DeviceError('ca-certificate-unusable', `${authority} has neither a certificate nor a SCEP URL`);
  const seen = await lookup.certificates(scep.url, trustpoint, signal, { isNeeded: true });
  if ('certificates' in seen) return seen.certificates.map(recallCertificate);
  const { unseen } = seen;
  throw new DeviceError('ca-unreachable', `${trustpoint}: this machine could not fetch the CA certificate`, {
    detail: `${scep.url}: ${unseen.message}`,
    hint: 'check the URL from this machine, or give the authority certificate: <file>',
    cause: unseen,
  });
}
