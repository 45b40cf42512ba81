import { type CaCertificates, classifyCaCertificates, readDegenerate } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { type HttpAnswer, NoAnswer } from './http-get.ts';
import { scepGet } from './scep-http.ts';
import { grouped, groupedHash, hexHash, storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

/** `crypto pki authenticate`: fetches the CA certificate, shows it, asks or compares. True when it was accepted. */
export async function authenticateTrustpoint(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<boolean> {
  const answer = await fetchCa(router, session, trustpoint);
  if (answer === undefined) return false;
  const { ca: der } = answer;
  session.print('Certificate has the following attributes:');
  if (router.personality.wording.fingerprints === 'named') {
    session.print(`       Fingerprint MD5: ${groupedHash('md5', der)}`);
    session.print(`      Fingerprint SHA1: ${groupedHash('sha1', der)}\n`);
  } else session.print(`Fingerprint: ${groupedHash('md5', der)}`);
  session.cutAt('authenticate');
  if (!(await isAccepted(session, trustpoint, der))) return false;
  const now = router.clock.now();
  trustpoint.ca = storeCertificate(der, now);
  trustpoint.ras = answer.ra.map((ra) => storeCertificate(ra, now));
  session.print('Trustpoint CA certificate accepted.');
  return true;
}

async function isAccepted(session: CliSession, trustpoint: Trustpoint, der: Uint8Array): Promise<boolean> {
  const pinned = trustpoint.fingerprint;
  if (pinned === undefined) {
    if (await session.yesNo('% Do you accept this certificate? [yes/no]: ')) return true;
    // What is printed after "no" is not known from captures.
    session.print('% CA certificate was not accepted.');
    return false;
  }
  session.print(`Trustpoint Fingerprint: ${grouped(pinned)}`);
  if (pinned === hexHash(pinned.length === 32 ? 'md5' : 'sha1', der)) {
    session.print('Certificate validated - fingerprints matched.');
    return true;
  }
  // That a mismatch is rejected is documented; the sentences are not known from captures of 12.3 to 17.x.
  session.print('Fingerprints do not match.');
  session.print('Trustpoint CA certificate is rejected. Abort.');
  session.print('% Error in saving certificate: status = FAIL\n');
  return false;
}

/** Prints the one error text that IOS has for all failures and returns undefined when there is no usable answer. */
async function fetchCa(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<CaCertificates | undefined> {
  const refuse = (length: number): undefined => {
    session.print(
      `% Error in receiving Certificate Authority certificate: status = FAIL, cert length = ${length}\n`,
    );
  };
  try {
    const answer = await scepGet(router, trustpoint, 'GetCACert', trustpoint.name, router.stopped);
    return readCaAnswer(answer) ?? refuse(0);
  } catch (reason) {
    if (!(reason instanceof NoAnswer)) throw reason;
    if (!reason.message.startsWith('HTTP')) {
      router.syslog.log('PKI-3-SOCKETSEND', 'Failed to send out message to CA server.');
    }
    return refuse(0);
  }
}

/** One DER certificate, or a set with registration authorities: which of them, the content type says. */
function readCaAnswer({ contentType, body }: HttpAnswer): CaCertificates | undefined {
  try {
    if (contentType === 'application/x-x509-ca-cert') return classifyCaCertificates([body]);
    if (contentType !== 'application/x-x509-ca-ra-cert') return undefined;
    return classifyCaCertificates(readDegenerate(body).certificates);
  } catch {
    return undefined;
  }
}
