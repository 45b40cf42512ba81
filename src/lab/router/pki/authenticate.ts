import {
  type CaCertificates,
  type Certificate,
  classifyCaCertificates,
  isSelfSigned,
  readDegenerate,
} from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { isAcceptedCa, isBelowParent } from './accept-ca.ts';
import { authenticateByFile, certificateIn } from './file-enrollment.ts';
import { type HttpAnswer, NoAnswer } from './http-get.ts';
import { type Method, methodFor } from './method.ts';
import { fillIn, runCommand } from './profile-command.ts';
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
  const method = methodFor(router, trustpoint, 'authentication');
  if (method?.kind === 'terminal') return authenticateByPasting(router, session, trustpoint);
  if (method?.kind === 'file') return authenticateByFile(router, session, trustpoint, method.place);
  const answer =
    method?.kind === 'http'
      ? await fetchCaByCommand(router, session, trustpoint, method)
      : await fetchCa(router, session, trustpoint);
  if (answer === undefined) return false;
  const ca = storeCertificate(answer.ca, router.clock.now());
  if (!(await isAcceptedCa(router, session, trustpoint, ca.certificate))) return false;
  if (isBelowNobody(router, trustpoint, ca.certificate)) {
    session.print('% Error in saving certificate: status = FAIL\n');
    return false;
  }
  trustpoint.ca = ca;
  trustpoint.ras = answer.ra.map((ra) => storeCertificate(ra, ca.installedAt));
  session.print('Trustpoint CA certificate accepted.');
  return true;
}

/**
 * `chain-validation continue` names a parent that is not authenticated, or is not the issuer. Without such a line a CA below
 * another one is taken on its fingerprint alone; what a router says to it then is not known from captures.
 */
function isBelowNobody(router: Router, trustpoint: Trustpoint, ca: Certificate): boolean {
  const parent = trustpoint.setting('chain-validation')?.args.parent;
  return parent !== undefined && !isSelfSigned(ca) && !isBelowParent(router, trustpoint, ca);
}

/** Prints the one error text that IOS has for all failures and returns undefined when there is no usable answer. */
async function fetchCa(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<CaCertificates | undefined> {
  return readAnswer(router, session, async () =>
    readCaAnswer(await scepGet(router, trustpoint, 'GetCACert', trustpoint.name, router.stopped)),
  );
}

/** The same by the HTTP command of an enrollment profile: one certificate, in binary or in base64. */
async function fetchCaByCommand(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  method: Extract<Method, { kind: 'http' }>,
): Promise<CaCertificates | undefined> {
  return readAnswer(router, session, async () => {
    const values = { names: undefined, request: undefined, parameters: new Map<string, string>() };
    const { body } = await runCommand(router, method, fillIn(router, trustpoint, values), router.stopped);
    const ca = certificateIn(router, body);
    return ca === undefined ? undefined : classifyCaCertificates([ca.certificate.der]);
  });
}

async function readAnswer(
  router: Router,
  session: CliSession,
  read: () => Promise<CaCertificates | undefined>,
): Promise<CaCertificates | undefined> {
  const refuse = (): undefined => {
    session.print('% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0\n');
  };
  try {
    return (await read()) ?? refuse();
  } catch (reason) {
    if (!(reason instanceof NoAnswer)) throw reason;
    if (!reason.message.startsWith('HTTP')) {
      router.syslog.log('PKI-3-SOCKETSEND', 'Failed to send out message to CA server.');
    }
    return refuse();
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
