import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { askNames } from './ask-names.ts';
import { authenticateTrustpoint } from './authenticate.ts';
import { startEnrollment } from './enrollment.ts';
import { keysFor } from './enrollment-key.ts';
import { enrollByFile } from './file-enrollment.ts';
import { type Method, methodFor } from './method.ts';
import { askParameters } from './profile-command.ts';
import { startCommand } from './profile-enrollment.ts';
import type { EnrollmentChoice } from './request.ts';
import { enrollSelfSigned } from './self-signed.ts';
import { enrollByTerminal } from './terminal-enrollment.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Attempts to type the same challenge password twice; the number is not known from captures. */
const PASSWORD_ATTEMPTS = 3;

/** `crypto pki enroll`: asks what the trustpoint leaves open, then hands the request to the background. */
export async function enrollTrustpoint(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<void> {
  if (trustpoint.isSelfSigned) {
    await enrollSelfSigned(router, session, trustpoint);
    return;
  }
  const { reenrollment } = router.personality.wording;
  const method = methodFor(router, trustpoint, 'enrollment');
  const isTerminal = method?.kind === 'terminal';
  if (method === undefined) {
    // What IOS says without any enrollment method is not known from captures.
    session.print('% Enrollment URL not configured.');
    return;
  }
  // A request over the terminal was captured before the CA was authenticated.
  if (trustpoint.ca === undefined && !isTerminal) {
    session.print('% You must authenticate the Certificate Authority before you can enroll with it.');
    session.print('% Attempting authentication first.');
    if (!(await authenticateTrustpoint(router, session, trustpoint))) return;
  }
  if (trustpoint.identity !== undefined) {
    session.print(reenrollment.statement(trustpoint.name));
    if (!(await session.yesNo(reenrollment.question))) return;
  }
  switch (method.kind) {
    case 'terminal':
      return enrollByTerminal(router, session, trustpoint);
    case 'file':
      return enrollByFile(router, session, trustpoint, method.place);
    default:
      return enrollOverHttp(router, session, trustpoint, method);
  }
}

async function enrollOverHttp(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  method: Extract<Method, { kind: 'scep' | 'http' }>,
): Promise<void> {
  session.print('%');
  session.print('% Start certificate enrollment .. ');
  // That an empty line stands in place of the password questions is seen for terminal enrollment only.
  if (trustpoint.password !== undefined) session.print();
  const password = trustpoint.password ?? (await askChallenge(router, session, trustpoint));
  if (password === undefined) return;
  const names = await askNames(router, session, trustpoint);
  const parameters = await askParameters(router, session, trustpoint);
  const wanted = session.yesNo('Request certificate from CA? [yes/no]: ');
  breakOff(router, session);
  if (!(await wanted)) return;
  const keys = await keysFor(router, trustpoint);
  // SCEP's envelopes need RSA; a form that carries a PKCS#10 does not. What a router says to an EC key under SCEP, or to
  // none at all, is not known from captures.
  if (!keys.some(({ type }) => method.kind === 'http' || type === 'rsa')) {
    session.print(`CRYPTO_PKI: Can not select my full public key (${trustpoint.name})`);
    return;
  }
  session.print('% Certificate request sent to Certificate Authority');
  session.print(`${router.personality.wording.sent(trustpoint.name).join('\n')}\n`);
  const choices = keys.map((key) => ({ key, names, password }));
  if (method.kind === 'scep') await startByScep(router, trustpoint, choices);
  else startCommand(router, trustpoint, choices, { ...method, parameters });
  session.cutAt('enroll');
}

/** A certificate that ends with its CA's can only be followed by one of the next CA: this begins the rollover (IOS guide). */
async function startByScep(
  router: Router,
  trustpoint: Trustpoint,
  choices: readonly EnrollmentChoice[],
): Promise<void> {
  const { identity, ca, rollover } = trustpoint;
  const endsWithCa =
    identity !== undefined && ca !== undefined && identity.certificate.notAfter >= ca.certificate.notAfter;
  if (endsWithCa && rollover === undefined && (await router.rollovers.begin(trustpoint))) return;
  startEnrollment(router, trustpoint, ...choices);
}

/** Undefined when the two passwords never agree. */
async function askChallenge(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<string | undefined> {
  session.print('% Create a challenge password. You will need to verbally provide this');
  session.print('   password to the CA Administrator in order to revoke your certificate.');
  session.print('   For security reasons your password will not be saved in the configuration.');
  session.print('   Please make a note of it.\n');
  for (let attempt = 0; attempt < PASSWORD_ATTEMPTS; attempt += 1) {
    const asked = session.askHidden('Password: ');
    breakOff(router, session);
    if (attempt === 0 && router.personality.log.betweenPasswords) {
      router.syslog.log('PKI-6-CERT_ENROLL_MANUAL', `Manual enrollment for trustpoint ${trustpoint.name}`);
    }
    const first = await asked;
    const asked2 = session.askHidden('Re-enter password: ');
    if (router.faults.has('syslog-in-passwords')) logTwice(router);
    const second = await asked2;
    session.print();
    if (first === second) return first;
    // What IOS says to unequal passwords is not known from captures.
    session.print('% Passwords do not match.');
  }
  return undefined;
}

function logTwice({ syslog, personality }: Router): void {
  const [port = ''] = personality.interfaces;
  syslog.log('LINK-3-UPDOWN', `Interface ${port}, changed state to down`);
  syslog.log('SYS-5-CONFIG_I', 'Configured from console by vty0');
}

/** The connection dies while the router waits, when the router has that fault. */
function breakOff(router: Router, session: CliSession): void {
  if (router.faults.has('close-mid-enroll')) setImmediate(() => session.close());
}
