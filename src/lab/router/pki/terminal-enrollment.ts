import { isIssuedBy, isSelfSigned } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { isAcceptedCa, isBelowParent } from './accept-ca.ts';
import { askNames } from './ask-names.ts';
import { keysFor, namedKeys } from './enrollment-key.ts';
import type { KeyUse, RouterKey } from './key-store.ts';
import { pastedBytes, readPaste } from './paste.ts';
import { buildRequest } from './request.ts';
import { base64Lines, type StoredCertificate, storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

const NOT_SAVED = '% Error in saving certificate: status = FAIL\n';
const NOT_IMPORTED = '% Failed to parse or verify imported certificate\n';

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
    const pending = { request, names, pollAt: undefined, keyLabel: key.label };
    if (key.use === 'encryption') trustpoint.encryptionRequest = pending;
    else trustpoint.request = pending;
    trustpoint.status = 'Pending';
    await display(session, trustpoint, key.use, request);
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
  const key = stored === undefined ? undefined : keyOf(router, trustpoint, stored);
  if (stored !== undefined && key === undefined) {
    const text = `Key in the certificate and stored key does not match for Trustpoint-${trustpoint.name}.`;
    router.syslog.log(`${router.personality.log.facility}-3-KEY_CMP_MISMATCH`, text);
  }
  if (stored === undefined || key === undefined || !isGood(router, trustpoint, stored)) {
    session.print(NOT_IMPORTED);
    return;
  }
  install(router, trustpoint, stored, key);
  session.print('% Router Certificate successfully imported\n');
}

type Wanted = 'CA' | KeyUse;

const PEM_NAMES: Readonly<Record<Wanted, string>> = {
  CA: 'CA',
  general: 'General Purpose',
  signature: 'Signature',
  encryption: 'Encryption',
};

function askForPaste(
  { personality }: Router,
  session: CliSession,
  { isPem }: Trustpoint,
  wanted: Wanted,
): void {
  if (isPem && personality.wording.asksForPem) {
    session.print(`% Enter PEM-formatted ${PEM_NAMES[wanted]} certificate.`);
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

/** With `regenerate` new keys under a name of their own until they are certified. */
async function requestKeys(router: Router, trustpoint: Trustpoint): Promise<readonly RouterKey[]> {
  const keys = await keysFor(router, trustpoint);
  if (!trustpoint.regenerates || trustpoint.identity === undefined) return keys;
  return Promise.all(
    keys.map(({ label, bits, exportable, use }) =>
      router.keys.generate(`${label}#`, bits, exportable, { use }),
    ),
  );
}

const HEADS: Readonly<Record<KeyUse, readonly string[]>> = {
  general: [],
  signature: ['Signature key certificate request -'],
  encryption: ['Encryption key certificate request -'],
};

async function display(
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

/** The half that has no certificate yet. */
function missingHalf(router: Router, trustpoint: Trustpoint): KeyUse {
  const uses = namedKeys(router, trustpoint).map(({ use }) => use);
  if (!uses.includes('encryption')) return 'general';
  return trustpoint.identity === undefined || trustpoint.encryption !== undefined
    ? 'signature'
    : 'encryption';
}

/** The key pair of the trustpoint or of its request that the certificate is for. */
function keyOf(
  router: Router,
  trustpoint: Trustpoint,
  { certificate }: StoredCertificate,
): RouterKey | undefined {
  const requested = [trustpoint.request, trustpoint.encryptionRequest].flatMap((request) =>
    request?.keyLabel === undefined ? [] : router.keys.labeled(request.keyLabel, trustpoint.keyType),
  );
  return [...requested, ...namedKeys(router, trustpoint)].find(({ publicKey }) =>
    Buffer.from(publicKey).equals(certificate.publicKey),
  );
}

/** Issued by the trustpoint's CA, and not at its end. Without a CA nothing can be verified. */
function isGood({ clock }: Router, { ca }: Trustpoint, { certificate }: StoredCertificate): boolean {
  return ca !== undefined && isIssuedBy(certificate, ca.certificate) && clock.now() < certificate.notAfter;
}

function install(
  router: Router,
  trustpoint: Trustpoint,
  stored: StoredCertificate,
  { label, use }: RouterKey,
): void {
  const own = label.replace(/#$/, '');
  const kept = { ...stored, keyLabel: own };
  if (use === 'encryption') {
    trustpoint.encryption = kept;
    trustpoint.encryptionRequest = undefined;
  } else {
    trustpoint.identity = kept;
    trustpoint.request = undefined;
  }
  const isWhole = trustpoint.request === undefined && trustpoint.encryptionRequest === undefined;
  // A key made for this request takes the old one's place when nothing is waited for any more.
  if (isWhole && label !== own) router.keys.rename(label, own);
  trustpoint.status = isWhole ? 'Granted' : 'Pending';
  router.renewals.reschedule();
}
