import { isSelfSigned } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import { type FilePlace, loadFile, storeFile, withSuffix } from '../file-system.ts';
import type { Router } from '../router.ts';
import { isAcceptedCa, isBelowParent } from './accept-ca.ts';
import { askNames } from './ask-names.ts';
import { namedKeys } from './enrollment-key.ts';
import type { KeyUse } from './key-store.ts';
import { IMPORTED, keepRequest, NOT_IMPORTED, requestKeys, takeIdentity } from './manual-import.ts';
import { pastedBytes } from './paste.ts';
import { buildRequest } from './request.ts';
import { base64Lines, groupedHash, type StoredCertificate, storeCertificate } from './stored-certificate.ts';
import { displayRequest } from './terminal-enrollment.ts';
import type { Trustpoint } from './trustpoint.ts';

/** What is put behind the name of the URL, by the purpose of the key (IOS security configuration guide). */
const SUFFIX: Readonly<Record<KeyUse, string>> = { general: '', signature: '-sign', encryption: '-encr' };

/** `crypto pki authenticate` with a file URL: reads `name.ca`. True when it was accepted. */
export async function authenticateByFile(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  place: FilePlace,
): Promise<boolean> {
  const bytes = await loadFile(router, session, withSuffix(place, '.ca'));
  const ca = bytes === undefined ? undefined : certificateIn(router, bytes);
  if (ca === undefined) {
    session.print('% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0\n');
    return false;
  }
  if (!(await isAcceptedCa(router, session, trustpoint, ca.certificate))) return false;
  // A CA below another one needs the other one's trustpoint: seen where it was pasted, assumed for files.
  if (!isSelfSigned(ca.certificate) && !isBelowParent(router, trustpoint, ca.certificate)) {
    session.print('% Error in saving certificate: status = FAIL\n');
    return false;
  }
  trustpoint.ca = ca;
  session.print('Trustpoint CA certificate accepted.');
  return true;
}

/** `crypto pki enroll` with a file URL: writes `name.req`, with usage keys `name-sign.req` and `name-encr.req`. */
export async function enrollByFile(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  place: FilePlace,
): Promise<void> {
  session.print('% Start certificate enrollment .. \n');
  const names = await askNames(router, session, trustpoint);
  // The guide has this question, the vendor's test code has the next one: a router that asks more asks both.
  const isShown =
    router.fileQuestions && (await session.yesNo('Display Certificate Request to terminal? [yes/no]: '));
  if (!(await session.yesNo('Send Certificate Request to file system? [yes/no]: '))) return;
  const keys = await requestKeys(router, trustpoint);
  if (keys.length === 0) session.print(`CRYPTO_PKI: Can not select my full public key (${trustpoint.name})`);
  for (const key of keys) {
    const request = buildRequest(router, trustpoint, { key, names, password: trustpoint.password ?? '' });
    if (isShown) await displayRequest(session, trustpoint, key.use, request);
    const file = withSuffix(place, `${SUFFIX[key.use]}.req`);
    if (!(await storeFile(router, session, file, requestText(trustpoint, request)))) return;
    keepRequest(trustpoint, key, { request, names });
    router.syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint MD5: ${groupedHash('md5', request)}`);
    router.syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint SHA1: ${groupedHash('sha1', request)}`);
  }
  session.print();
  session.cutAt('enroll');
}

/** `crypto pki import <trustpoint> certificate` with a file URL: reads `name.crt`, of usage keys both. */
export async function importByFile(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  place: FilePlace,
): Promise<void> {
  const uses = new Set([
    ...namedKeys(router, trustpoint).map(({ use }) => use),
    ...(trustpoint.encryptionRequest === undefined ? [] : (['signature', 'encryption'] as const)),
  ]);
  const wanted: readonly KeyUse[] = uses.has('encryption') ? ['signature', 'encryption'] : ['general'];
  for (const use of wanted) {
    const bytes = await loadFile(router, session, withSuffix(place, `${SUFFIX[use]}.crt`));
    const stored = bytes === undefined ? undefined : certificateIn(router, bytes);
    session.print(takeIdentity(router, trustpoint, stored) ? IMPORTED : NOT_IMPORTED);
  }
}

/** Base64, with the boundaries of PEM where the URL says `pem`. */
function requestText({ isPem }: Trustpoint, request: Uint8Array): Uint8Array {
  const lines = [
    ...(isPem ? ['-----BEGIN CERTIFICATE REQUEST-----'] : []),
    ...base64Lines(request),
    ...(isPem ? ['-----END CERTIFICATE REQUEST-----'] : []),
  ];
  return new Uint8Array(Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
}

/** Binary, or base64 with or without boundaries. Undefined when it is no certificate. */
export function certificateIn(router: Router, bytes: Uint8Array): StoredCertificate | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const der = bytes[0] === DER_SEQUENCE ? bytes : pastedBytes(lines);
  if (der === undefined) return undefined;
  try {
    return storeCertificate(der, router.clock.now());
  } catch {
    return undefined;
  }
}

const DER_SEQUENCE = 0x30;
