import { setTimeout as sleep } from 'node:timers/promises';

import { parseCertificate, readDegenerate } from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import { certificateIn } from './file-enrollment.ts';
import { type HttpAnswer, NoAnswer } from './http-get.ts';
import { keepRequest, takeIdentity } from './manual-import.ts';
import type { Method } from './method.ts';
import { fillIn, runCommand } from './profile-command.ts';
import { buildRequest, type EnrollmentChoice } from './request.ts';
import { groupedHash, nameParts, type StoredCertificate, storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

type HttpCommand = Extract<Method, { kind: 'http' }> & { readonly parameters: ReadonlyMap<string, string> };

/** Sends each request by the HTTP command of an enrollment profile, in the background. The answer is the certificate. */
export function startCommand(
  router: Router,
  trustpoint: Trustpoint,
  choices: readonly EnrollmentChoice[],
  command: HttpCommand,
): void {
  trustpoint.abandon?.abort();
  const abandon = new AbortController();
  trustpoint.abandon = abandon;
  const signal = AbortSignal.any([abandon.signal, router.stopped]);
  const runAll = async (): Promise<void> => {
    for (const choice of choices) await run(router, trustpoint, { choice, command, signal });
    trustpoint.abandon = undefined;
  };
  void runAll().catch((reason: unknown) => {
    if (!signal.aborted) router.fail(reason);
  });
}

interface Errand {
  readonly choice: EnrollmentChoice;
  readonly command: HttpCommand;
  readonly signal: AbortSignal;
}

async function run(
  router: Router,
  trustpoint: Trustpoint,
  { choice, command, signal }: Errand,
): Promise<void> {
  await sleep(router.enrollDelayMs, undefined, { signal, ref: false });
  const request = buildRequest(router, trustpoint, choice);
  const { key, names } = choice;
  keepRequest(trustpoint, key, { request, names });
  router.syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint MD5: ${groupedHash('md5', request)}`);
  router.syslog.note(`CRYPTO_PKI:  Certificate Request Fingerprint SHA1: ${groupedHash('sha1', request)}`);
  const fill = fillIn(router, trustpoint, { names, request, parameters: command.parameters });
  const answer = await ask(router, command, fill, signal);
  const stored = answer === undefined ? undefined : certificateOf(router, answer, key.publicKey);
  const { facility, installed } = router.personality.log;
  if (takeIdentity(router, trustpoint, stored) && stored !== undefined) {
    const { issuer, subject, serial, notAfter } = stored.certificate;
    const entry = installed?.({
      trustpoint: trustpoint.name,
      issuer: nameParts(issuer).join(','),
      subject: nameParts(subject).join(','),
      serial,
      notAfter,
    });
    if (entry === undefined)
      router.syslog.log(`${facility}-6-CERTRET`, 'Certificate received from Certificate Authority');
    else router.syslog.log(entry.message, entry.text);
    router.config.modified = true;
    return;
  }
  if (key.use === 'encryption') trustpoint.encryptionRequest = undefined;
  else trustpoint.request = undefined;
  trustpoint.status = 'Failed';
  router.syslog.log(`${facility}-6-CERTFAIL`, 'Certificate enrollment failed.');
}

async function ask(
  router: Router,
  command: HttpCommand,
  fill: (command: string) => string,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  try {
    return await runCommand(router, command, fill, signal);
  } catch (reason) {
    if (!(reason instanceof NoAnswer)) throw reason;
    if (!reason.message.startsWith('HTTP'))
      router.syslog.log('PKI-3-SOCKETSEND', 'Failed to send out message to CA server.');
    return undefined;
  }
}

/** A certificate in binary or base64, or a set of them with the right one among them. */
function certificateOf(
  router: Router,
  { body }: HttpAnswer,
  publicKey: Uint8Array,
): StoredCertificate | undefined {
  const single = certificateIn(router, body);
  if (single !== undefined) return single;
  try {
    const found = readDegenerate(body).certificates.find((der) =>
      Buffer.from(parseCertificate(der).publicKey).equals(publicKey),
    );
    return found === undefined ? undefined : storeCertificate(found, router.clock.now());
  } catch {
    return undefined;
  }
}
