import { isSelfSigned } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { isAcceptedCa, isBelowParent } from './accept-ca.ts';
import { askNames } from './ask-names.ts';
import { type KeyUse, USE_NAMES } from './key-store.ts';
import {
  IMPORTED,
  keepRequest,
  missingHalf,
  NOT_IMPORTED,
  requestKeys,
  takeIdentity,
} from './manual-import.ts';
import { pastedBytes, readPaste } from './paste.ts';
import { buildRequest } from './request.ts';
import { base64Lines, type StoredCertificate, storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

const NOT_SAVED = '% Error in saving certificate: status = FAIL\n';

/** `crypto pki authenticate` with `enrollment terminal`: the CA certificate is pasted. True when it was accepted. */
export async function authenticateByPasting(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<boolean> {
  askForPaste(router, session, trustpoint, 'CA');
  const ca = await readCertificate(router, session);
  if (ca === undefined) {
    session.print(NOT_SAVED);
    return false;
  }
  if (!(await isAcceptedCa(router, session, trustpoint, ca.certificate))) return false;
  // A CA below another one needs the other one's trustpoint. Whether its absence shows before or behind the question
  // is not known from captures.
  if (!isSelfSigned(ca.certificate) && !isBelowParent(router, trustpoint, ca.certificate)) {
    session.print(NOT_SAVED);
    return false;
  }
  trustpoint.ca = ca;
  session.print('Trustpoint CA certificate accepted.');
  session.print('% Certificate successfully imported\n');
  return true;
}

/** `crypto pki enroll` with `enrollment terminal`: shows the request, with usage keys one after the other. */
export async function enrollByTerminal(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<void> {
  session.print('% Start certificate enrollment .. \n');
  const names = await askNames(router, session, trustpoint);
  // What follows "no" is not known from captures: here nothing is asked for.
  if (!(await session.yesNo('Display Certificate Request to terminal? [yes/no]: '))) return;
  const keys = await requestKeys(router, trustpoint);
  if (keys.length === 0) session.print(`CRYPTO_PKI: Can not select my full public key (${trustpoint.name})`);
  for (const key of keys) {
    // A challenge password is never asked for; one that is configured goes into the request.
    const request = buildRequest(router, trustpoint, { key, names, password: trustpoint.password ?? '' });
    keepRequest(trustpoint, key, { request, names });
    await displayRequest(session, trustpoint, key.use, request);
  }
  session.cutAt('enroll');
}

/** `crypto pki import <trustpoint> certificate`: of usage keys the router finds out by the key which one it got. */
export async function importCertificate(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<void> {
  askForPaste(router, session, trustpoint, missingHalf(router, trustpoint));
  const stored = await readCertificate(router, session);
  session.print(takeIdentity(router, trustpoint, stored) ? IMPORTED : NOT_IMPORTED);
}

type Wanted = 'CA' | KeyUse;

function askForPaste(
  { personality }: Router,
  session: CliSession,
  { isPem }: Trustpoint,
  wanted: Wanted,
): void {
  if (isPem && personality.wording.asksForPem) {
    session.print(`% Enter PEM-formatted ${wanted === 'CA' ? wanted : USE_NAMES[wanted]} certificate.`);
    session.print('% End with a blank line or "quit" on a line by itself.');
    return;
  }
  session.print(`\nEnter the base 64 encoded ${wanted === 'CA' ? 'CA ' : ''}certificate.`);
  session.print('End with a blank line or the word "quit" on a line by itself\n');
}

/** Undefined when what was pasted is no certificate. */
async function readCertificate(router: Router, session: CliSession): Promise<StoredCertificate | undefined> {
  const bytes = pastedBytes(await readPaste(session));
  if (bytes === undefined) return undefined;
  try {
    return storeCertificate(bytes, router.clock.now());
  } catch {
    return undefined;
  }
}

const HEADS: Readonly<Record<KeyUse, readonly string[]>> = {
  general: [],
  signature: ['Signature key certificate request -'],
  encryption: ['Encryption key certificate request -'],
};

/** Shows a request, again and again if wanted. */
export async function displayRequest(
  session: CliSession,
  { isPem }: Trustpoint,
  use: KeyUse,
  request: Uint8Array,
): Promise<void> {
  const lines = [
    ...HEADS[use],
    'Certificate Request follows:',
    '',
    ...(isPem ? ['-----BEGIN CERTIFICATE REQUEST-----'] : []),
    ...base64Lines(request),
    ...(isPem ? ['-----END CERTIFICATE REQUEST-----'] : []),
    '',
    '---End - This line not part of the certificate request---',
    '',
  ];
  do session.print(lines.join('\n'));
  while (await session.yesNo('Redisplay enrollment request? [yes/no]: '));
}
