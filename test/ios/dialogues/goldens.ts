import { plainLine } from '../../../src/domain/config-line.ts';
import type { ErrorCode } from '../../../src/domain/errors.ts';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import { inItsOwnWords } from '../../../src/ios/dialect/dialect.ts';
import { olderKeypairCommands } from '../../../src/ios/dialect/old-words.ts';
import { authenticate } from '../../../src/ios/dialogues/authenticate.ts';
import { type EnrollOptions, enroll } from '../../../src/ios/dialogues/enroll.ts';
import type { FileTransfer } from '../../../src/ios/dialogues/file-questions.ts';
import { generateKeypair } from '../../../src/ios/dialogues/generate-keypair.ts';
import { importCertificate } from '../../../src/ios/dialogues/import-certificate.ts';
import { printRequest } from '../../../src/ios/dialogues/print-request.ts';
import { cancelReload, scheduleReload } from '../../../src/ios/dialogues/reload-guard.ts';
import { removeTrustpoint } from '../../../src/ios/dialogues/remove-trustpoint.ts';
import { armRevertTimer, confirmRevertTimer, revertNow } from '../../../src/ios/dialogues/revert-timer.ts';
import { save } from '../../../src/ios/dialogues/save.ts';
import { writeRequest } from '../../../src/ios/dialogues/write-request.ts';
import { zeroizeKeypair } from '../../../src/ios/dialogues/zeroize-keypair.ts';
import type { Session } from '../../../src/ios/session.ts';
import { secret } from '../router.ts';

/** What the scripts want typed. */
export const CHALLENGE = '7C1F0A55E2D94B38';

const MD5: Fingerprint = { hash: 'MD5', hex: '11112222333344445555666677778888' };
const SHA1: Fingerprint = { hash: 'SHA1', hex: 'C7478143D52497B4732A26C5E9F0A995B6E35101' };
const REQUEST: Fingerprint = { hash: 'MD5', hex: '0F1E2D3C4B5A69788796A5B4C3D2E1F0' };
const REQUEST_SHA1: Fingerprint = { hash: 'SHA1', hex: '0F1E2D3C4B5A69788796A5B4C3D2E1F001234567' };

export const authenticating = (pins: readonly Fingerprint[]) => (session: Session) =>
  authenticate(session, { trustpoint: 'BRANCH', pins, timeoutMs: 20_000 });
export const enrolling =
  (options: Partial<EnrollOptions> = {}) =>
  (session: Session, challenge = CHALLENGE) =>
    enroll(session, {
      trustpoint: 'BRANCH',
      acquirePassword: () => Promise.resolve(secret(challenge)),
      serialNumber: false,
      ipAddress: 'none',
      reenroll: false,
      timeoutMs: 20_000,
      ...options,
    });
const generating = (session: Session) =>
  generateKeypair(session, {
    command: plainLine('crypto key generate rsa general-keys label BRANCH modulus 2048'),
    label: 'BRANCH',
    timeoutMs: 20_000,
  });
/** A whole enrollment of a router that has to be found out to know `crypto ca` only, and its end. */
const oldWords = async (given: Session, challenge?: string): Promise<unknown> => {
  const session = inItsOwnWords(given);
  await session.show('show crypto pki certificates');
  await session.configure([plainLine('crypto pki trustpoint BRANCH'), plainLine('crl optional')]);
  const command = plainLine('crypto key generate rsa general-keys label BRANCH modulus 2048');
  const olderForms = olderKeypairCommands(command);
  await generateKeypair(session, { command, olderForms, label: 'BRANCH', bits: 2048, timeoutMs: 20_000 });
  await authenticating([MD5])(session);
  const enrolled = await enrolling()(session, challenge);
  await removeTrustpoint(session, { trustpoint: 'BRANCH', timeoutMs: 20_000 });
  return enrolled;
};
const saving = (allowOverwriteNvram: boolean) => (session: Session) =>
  save(session, { allowOverwriteNvram, busyPauseMs: 0 });

const TIMING = { minutes: 10, timeoutMs: 20_000 };
const arming = (session: Session): Promise<void> => armRevertTimer(session, TIMING);
const armedAnd = (then: typeof revertNow) => async (session: Session) => {
  await arming(session);
  await then(session, TIMING);
};
const scheduling = (session: Session): Promise<unknown> => scheduleReload(session, TIMING);
const reloadCalledOff = async (session: Session): Promise<unknown> => {
  const scheduled = await scheduling(session);
  await cancelReload(session, TIMING);
  return scheduled;
};

const zeroizing = (session: Session): Promise<void> =>
  zeroizeKeypair(session, { label: 'BRANCH', type: 'rsa', timeoutMs: 20_000 });
const retiring = async (session: Session): Promise<void> => {
  await removeTrustpoint(session, { trustpoint: 'BRANCH', timeoutMs: 20_000 });
  await zeroizing(session);
};

/** A script of test/transcripts and what is done in it. */
export interface Golden {
  readonly name: string;
  readonly act: (session: Session, challenge?: string) => Promise<unknown>;
}

const CA_TEXT = `-----BEGIN CERTIFICATE-----
MIIDIjCCAgqgAwIBAgIBATANBgkqhkiG9w0BAQQFADAiMQswCQYDVQQGEwJVUzET
kHZwXDL4wSBVsHSLN6kvOv6twjBjS28uVULkYzXFEJByggGhzJz/XoRZk8bFI+U=
-----END CERTIFICATE-----
`;
const CERTIFICATE_TEXT = `-----BEGIN CERTIFICATE-----
MIIDYDCCAkigAwIBAgIBAzANBgkqhkiG9w0BAQQFADAiMQswCQYDVQQGEwJVUzET
r6sHPGBdTQX2EDoJpr/A2UHXxRYqVSHKFKZw0z31r5JzUM0oPNUETV7mnZ1YNVRZ
-----END CERTIFICATE-----
`;
const REQUEST_TEXT = [
  'MIICmzCCAYMCAQAwNTELMAkGA1UEBhMCVVMxDzANBgNVBAMTBk1hbnVhbDEVMBMG',
  'kHZwXDL4wSBVsHSLN6kvOv6twjBjS28uVULkYzXFEJByggGhzJz/XoRZk8bFI+U=',
].join('\n');
const authenticatingByText = (session: Session): Promise<unknown> =>
  authenticate(session, {
    trustpoint: 'BRANCH',
    pins: [SHA1],
    pem: CA_TEXT.split('\n'),
    timeoutMs: 20_000,
  });
const printing = (session: Session, trustpoint = 'BRANCH'): Promise<readonly string[]> =>
  printRequest(session, {
    trustpoint,
    serialNumber: false,
    ipAddress: 'none',
    reenroll: false,
    timeoutMs: 20_000,
  });
const transferOf = (ending: string): FileTransfer => ({
  host: '192.0.2.9',
  files: [`lyon-gw.branch.${ending}`],
});
const writing = (session: Session): Promise<void> =>
  writeRequest(session, {
    trustpoint: 'BRANCH',
    serialNumber: false,
    ipAddress: 'none',
    reenroll: false,
    transfer: transferOf('req'),
    timeoutMs: 20_000,
  });
const enrollingByFiles = async (session: Session): Promise<void> => {
  const about = { trustpoint: 'BRANCH', timeoutMs: 20_000 };
  await authenticate(session, { ...about, pins: [SHA1], transfer: transferOf('ca') });
  await writing(session);
  await importCertificate(session, { ...about, certificate: { transfer: transferOf('crt') } });
};
const cuttingAndPasting = async (session: Session): Promise<unknown> => {
  const printed = await printing(session);
  await importCertificate(session, {
    trustpoint: 'BRANCH',
    certificate: { pem: CERTIFICATE_TEXT.split('\n') },
    timeoutMs: 20_000,
  });
  return printed;
};

export const SUCCESSES: readonly (Golden & { readonly result: unknown })[] = [
  {
    name: 'ios-15-enroll',
    act: enrolling({ serialNumber: true }),
    result: { sent: true, requestFingerprints: [], passwordAsked: true },
  },
  {
    name: 'ios-15-enroll-question-behind-log',
    act: enrolling(),
    result: { sent: true, requestFingerprints: [], passwordAsked: true },
  },
  {
    name: 'ios-17-enroll-log-between-passwords',
    act: enrolling({ trustpoint: 'BRUME', ipAddress: '192.0.2.14' }),
    result: { sent: true, requestFingerprints: [REQUEST, REQUEST_SHA1], passwordAsked: true },
  },
  {
    name: 'ios-17-reenroll',
    act: enrolling({ trustpoint: 'BRUME', reenroll: true }),
    result: { sent: true, requestFingerprints: [], passwordAsked: false },
  },
  {
    name: 'ios-15-authenticate',
    act: authenticating([SHA1]),
    result: { accepted: true, shown: [MD5, SHA1] },
  },
  {
    name: 'ios-12-authenticate',
    act: authenticating([SHA1, MD5]),
    result: { accepted: true, shown: [MD5] },
  },
  {
    name: 'ios-17-authenticate-pinned',
    act: authenticating([SHA1]),
    result: { accepted: true, shown: [MD5, SHA1] },
  },
  {
    name: 'ios-15-authenticate-signed-by-parent',
    act: authenticating([SHA1]),
    result: { accepted: true, shown: [] },
  },
  {
    name: 'ios-15-already-authenticated',
    act: authenticating([SHA1]),
    result: { accepted: true, shown: [] },
  },
  {
    name: 'ios-15-authenticate-terminal',
    act: authenticatingByText,
    result: { accepted: true, shown: [MD5, SHA1] },
  },
  { name: 'ios-15-enroll-tftp', act: enrollingByFiles, result: undefined },
  { name: 'ios-15-cut-and-paste', act: cuttingAndPasting, result: [REQUEST_TEXT] },
  {
    name: 'guide-15-cut-and-paste',
    act: (session) => printing(session, 'TP'),
    result: [
      'MIIBhTCB7wIBADAlMSMwIQYJKoZIhvcNAQkCFhRTYW5kQmFnZ2VyLmNpc2NvLmNv\nNl8rOtKnt8Q+',
      'MIIBhTCB7wIBADAlMSMwIQYJKoZIhvcNAQkCFhRTYW5kQmFnZ2VyLmNpc2NvLmNv\neNPFhozcaQ/2',
    ],
  },
  { name: 'ios-15-generate-keypair', act: generating, result: undefined },
  {
    name: 'ios-12-old-words',
    act: oldWords,
    result: { sent: true, requestFingerprints: [], passwordAsked: true },
  },
  { name: 'ios-15-save', act: saving(false), result: undefined },
  { name: 'ios-17-save-busy', act: saving(false), result: undefined },
  { name: 'ios-15-save-by-copy', act: saving(false), result: undefined },
  { name: 'ios-15-save-other-release-allowed', act: saving(true), result: undefined },
  { name: 'ios-15-revert-timer-confirmed', act: armedAnd(confirmRevertTimer), result: undefined },
  { name: 'ios-15-revert-timer-back', act: armedAnd(revertNow), result: undefined },
  { name: 'ios-15-retire', act: retiring, result: undefined },
  { name: 'ios-15-reload-guard', act: reloadCalledOff, result: { hadUnsavedChanges: true } },
];

export const FAILURES: readonly (Golden & { readonly code: ErrorCode; readonly says: RegExp })[] = [
  {
    name: 'ios-15-zeroize-no-key',
    act: zeroizing,
    code: 'command-refused',
    says: /No Signature RSA Keys found/,
  },
  {
    name: 'ios-15-revert-timer-expired',
    act: armedAnd(confirmRevertTimer),
    code: 'guard-expired',
    says: /No Rollback Confirmed Change pending/,
  },
  {
    name: 'ios-15-revert-timer-no-archive',
    act: arming,
    code: 'plan-conflict',
    says: /cannot roll back by a timer: %Turn config archive on/,
  },
  {
    name: 'ios-15-revert-timer-of-another',
    act: arming,
    code: 'guard-pending',
    says: /a rollback is pending/,
  },
  {
    name: 'ios-12-revert-timer-unknown',
    act: arming,
    code: 'plan-conflict',
    says: /its release knows no rollback timer/,
  },
  {
    name: 'ios-15-reload-guard-of-another',
    act: scheduling,
    code: 'guard-pending',
    says: /scheduled already/,
  },
  {
    name: 'ios-15-reload-guard-last-minute',
    act: reloadCalledOff,
    code: 'reload-announced',
    says: /SHUTDOWN in 0:01:00/,
  },
  {
    name: 'ios-17-reenroll-not-planned',
    act: enrolling({ trustpoint: 'BRUME' }),
    code: 'plan-conflict',
    says: /no renewal was planned/,
  },
  {
    name: 'ios-15-enroll-unknown-behind-log',
    act: enrolling({ timeoutMs: 8_000 }),
    code: 'unexpected-question',
    says: /Generate Self Signed Router Certificate\? \[yes\/no\]:/,
  },
  {
    name: 'ios-15-enroll-not-authenticated',
    act: enrolling(),
    code: 'unexpected-question',
    says: /Do you accept this certificate/,
  },
  {
    name: 'ios-15-authenticate-mismatch',
    act: authenticating([MD5, SHA1]),
    code: 'fingerprint-mismatch',
    says: /the CA shows SHA1 00000000 .*, pinned is SHA1 C7478143 /,
  },
  {
    name: 'ios-15-authenticate-signed-by-parent-other',
    act: authenticating([SHA1]),
    code: 'fingerprint-mismatch',
    says: /the CA shows SHA1 99999999 .*, pinned is SHA1 C7478143 /,
  },
  {
    name: 'ios-17-authenticate-other-pin',
    act: authenticating([SHA1]),
    code: 'fingerprint-mismatch',
    says: /the CA shows SHA1 99999999 .*, pinned is SHA1 C7478143 /,
  },
  {
    name: 'ios-26-authenticate-pin-wanted',
    act: authenticating([SHA1]),
    code: 'fingerprint-unreadable',
    says: /wants a fingerprint line/,
  },
  {
    name: 'ios-15-authenticate-terminal-refused',
    act: authenticatingByText,
    code: 'command-refused',
    says: /Error in saving certificate: status = FAIL/,
  },
  {
    name: 'ios-15-enroll-tftp-other-file',
    act: writing,
    code: 'unexpected-question',
    says: /“Destination filename \[startup-config\]\?”, and lyon-gw\.branch\.req was planned/,
  },
  {
    name: 'ios-17-terminal-pem',
    act: cuttingAndPasting,
    code: 'command-refused',
    says: /Failed to parse or verify imported certificate/,
  },
  {
    name: 'ios-15-authenticate-fail',
    act: authenticating([SHA1]),
    code: 'ca-unreachable',
    says: /status = FAIL/,
  },
  {
    name: 'ios-16-generate-keypair-exists',
    act: generating,
    code: 'keypair-conflict',
    says: /BRANCH exists/,
  },
  {
    name: 'ios-17-generate-keypair-refused',
    act: generating,
    code: 'command-refused',
    says: /Invalid input/,
  },
  { name: 'ios-15-save-other-release', act: saving(false), code: 'not-saved', says: /another release/ },
  {
    name: 'ios-15-save-denied',
    act: saving(false),
    code: 'not-saved',
    says: /^write memory: Command authorization failed\.; copy running-config startup-config: % Not authorized$/,
  },
  {
    name: 'ios-15-save-copy-fails',
    act: saving(false),
    code: 'not-saved',
    says: /^write memory: Command authorization failed\.; copy .*: %Error opening nvram:/,
  },
  { name: 'ios-15-save-failed', act: saving(false), code: 'not-saved', says: /No space left/ },
];
