import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { authenticateTrustpoint } from './authenticate.ts';
import { startEnrollment } from './enrollment.ts';
import type { RouterKey } from './key-store.ts';
import { type OwnNames, requestFqdn } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Attempts to type the same challenge password twice; the number is not known from captures. */
const PASSWORD_ATTEMPTS = 3;
/** The key a router makes by itself when the trustpoint names none: of the smallest size there is. */
const AUTOMATIC_KEY_BITS = 512;

/** `crypto pki enroll`: asks what the trustpoint leaves open, then hands the request to the background. */
export async function enrollTrustpoint(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<void> {
  const { name } = trustpoint;
  const { reenrollment, sent } = router.personality.wording;
  if (trustpoint.url === undefined) {
    // What IOS says without any enrollment method is not known from captures.
    session.print('% Enrollment URL not configured.');
    return;
  }
  if (trustpoint.ca === undefined) {
    session.print('% You must authenticate the Certificate Authority before you can enroll with it.');
    session.print('% Attempting authentication first.');
    if (!(await authenticateTrustpoint(router, session, trustpoint))) return;
  }
  if (trustpoint.identity !== undefined) {
    session.print(reenrollment.statement(name));
    if (!(await session.yesNo(reenrollment.question))) return;
  }
  session.print('%');
  session.print('% Start certificate enrollment .. ');
  // That an empty line stands in place of the password questions is seen for terminal enrollment only.
  if (trustpoint.password !== undefined) session.print();
  const password = trustpoint.password ?? (await askChallenge(router, session, trustpoint));
  if (password === undefined) return;
  const names = await askNames(router, session, trustpoint);
  if (names === undefined) return;
  if (router.faults.has('unknown-question')) {
    await session.yesNo('% Include the router location in the subject name? [yes/no]: ');
  }
  const wanted = session.yesNo('Request certificate from CA? [yes/no]: ');
  breakOff(router, session);
  if (!(await wanted)) return;
  const key = await keyFor(router, trustpoint);
  session.print('% Certificate request sent to Certificate Authority');
  session.print(`${sent(name).join('\n')}\n`);
  startEnrollment(router, trustpoint, { key, names, password });
  session.cutAt('enroll');
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

async function askNames(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<OwnNames | undefined> {
  const fqdn = requestFqdn(router, trustpoint);
  const subject = trustpoint.setting('subject-name')?.args.name;
  const will = `% The subject name in the certificate will ${router.personality.wording.subject}:`;
  if (subject !== undefined) session.print(`${will} ${subject}`);
  if (fqdn === undefined) {
    session.print('% The fully-qualified domain name will not be included in the certificate');
  } else {
    session.print(`${will} ${fqdn}`);
  }
  const serialNumber = await askSerialNumber(router, session, trustpoint);
  const ipAddress = await askAddress(router, session, trustpoint);
  return { fqdn, serialNumber, ipAddress };
}

async function askSerialNumber(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<string | undefined> {
  const setting = trustpoint.setting('serial-number');
  if (setting?.words.includes('none') === true) return undefined;
  const wanted =
    setting !== undefined ||
    (await session.yesNo('% Include the router serial number in the subject name? [yes/no]: '));
  if (!wanted) return undefined;
  session.print(`% The serial number in the certificate will be: ${router.serialNumber}`);
  return router.serialNumber;
}

async function askAddress(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<string | undefined> {
  const setting = trustpoint.setting('ip-address');
  if (setting?.words.includes('none') === true) return undefined;
  const configured = setting?.args.address;
  const address =
    configured === undefined ? await askForAddress(router, session) : addressOf(router, configured);
  if (address === undefined) return undefined;
  session.print(`% The IP address in the certificate is ${address}\n`);
  return address;
}

async function askForAddress(router: Router, session: CliSession): Promise<string | undefined> {
  for (;;) {
    const answer = (await session.ask('% Include an IP address in the subject name? [no]: ')).trim();
    if (answer === '' || 'no'.startsWith(answer.toLowerCase())) return undefined;
    if ('yes'.startsWith(answer.toLowerCase())) break;
    session.print("% Please answer 'yes' or 'no'.");
  }
  for (;;) {
    const typed = (await session.ask('Enter Interface name or IP Address[]: ')).trim();
    const address = addressOf(router, typed);
    if (address !== undefined) return address;
    // What IOS says to a wrong interface is not known from captures.
    session.print('% Invalid interface or IP address');
  }
}

function addressOf(router: Router, typed: string): string | undefined {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(typed)) return typed;
  const name = router.config.findInterface(typed);
  return name === undefined ? undefined : router.config.interfaceAddress(name);
}

/** The key pair the trustpoint names, else the router's default one; made now when it does not exist. */
async function keyFor(router: Router, trustpoint: Trustpoint): Promise<RouterKey> {
  const label = trustpoint.keyLabel ?? router.config.fqdn;
  const found = router.keys.get(label);
  if (found !== undefined) return found;
  const bits = trustpoint.keyBits ?? AUTOMATIC_KEY_BITS;
  const key = await router.keys.generate(label, bits, false);
  router.syslog.log('CRYPTO-6-AUTOGEN', `Generated new ${bits} bit key pair`);
  return key;
}
