import { type CaCertificates, classifyCaCertificates, readDegenerate } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { isAcceptedCa } from './accept-ca.ts';
import { type HttpAnswer, NoAnswer } from './http-get.ts';
import { scepGet } from './scep-http.ts';
import { storeCertificate } from './stored-certificate.ts';
import { authenticateByPasting } from './terminal-enrollment.ts';
import type { Trustpoint } from './trustpoint.ts';

/** `crypto pki authenticate`: gets the CA certificate, shows it, asks or compares. True when it was accepted. */
export async function authenticateTrustpoint(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<boolean> {
  if (trustpoint.isTerminal) return authenticateByPasting(router, session, trustpoint);
  const answer = await fetchCa(router, session, trustpoint);
  if (answer === undefined) return false;
  const ca = storeCertificate(answer.ca, router.clock.now());
  if (!(await isAcceptedCa(router, session, trustpoint, ca.certificate))) return false;
  trustpoint.ca = ca;
  trustpoint.ras = answer.ra.map((ra) => storeCertificate(ra, ca.installedAt));
  session.print('Trustpoint CA certificate accepted.');
  return true;
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
