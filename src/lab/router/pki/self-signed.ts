import { createHash } from 'node:crypto';

import {
  authorityKeyIdentifier,
  basicConstraints,
  issueCertificate,
  type RelativeName,
  subjectKeyIdentifier,
} from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { askNames } from './ask-names.ts';
import { keysFor } from './enrollment-key.ts';
import type { RouterKey } from './key-store.ts';
import { signatureHash } from './request.ts';
import { storeCertificate } from './stored-certificate.ts';
import { requestSubject } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Captures from before 2020 end with that year, one of 2023 with this. */
const END = new Date(Date.UTC(2030, 0, 1));
/** The HTTPS server makes a key of so many bits, or of the least that the release makes. */
const HTTPS_KEY_BITS = 1024;

/** `crypto pki enroll` with `enrollment selfsigned`: one certificate a router. */
export async function enrollSelfSigned(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
): Promise<void> {
  const other = persistent(router);
  if (other !== undefined && !(await mayReplace(session, other))) return;
  // The key comes first: what the router logs of it stood before the questions.
  const [key] = await keysFor(router, trustpoint);
  if (key === undefined) {
    session.print(`CRYPTO_PKI: Can not select my full public key (${trustpoint.name})`);
    return;
  }
  const names = await askNames(router, session, trustpoint, { tells: false });
  if (!(await session.yesNo('Generate Self Signed Router Certificate? [yes/no]: '))) return;
  if (other !== undefined && other !== trustpoint) router.trustpoints.remove(other.name);
  hold(router, trustpoint, key, requestSubject(trustpoint, names));
  session.print('\nRouter Self Signed Certificate successfully created\n');
  session.cutAt('enroll');
}

/** The trustpoint that holds the router's self-signed certificate. */
function persistent({ trustpoints }: Router): Trustpoint | undefined {
  return trustpoints.all.find(({ isSelfSigned, identity }) => isSelfSigned && identity !== undefined);
}

/** What is printed was captured, the question behind it is recalled. */
async function mayReplace(session: CliSession, { name }: Trustpoint): Promise<boolean> {
  session.print('The router has already generated a Self Signed Certificate for');
  session.print(`trustpoint ${name}.`);
  session.print('If you continue the existing trustpoint and Self Signed Certificate');
  session.print('will be deleted.\n');
  return session.yesNo('Do you want to continue generating a new Self Signed Certificate? [yes/no]: ');
}

function hold(
  router: Router,
  trustpoint: Trustpoint,
  key: RouterKey,
  subject: readonly RelativeName[],
): void {
  const now = router.clock.now();
  const der = issueCertificate({
    serial: router.nextSelfSignedSerial(),
    issuer: [...subject],
    subject: [...subject],
    publicKey: key.publicKey,
    notBefore: now,
    notAfter: END,
    extensions: [
      basicConstraints({ ca: true }),
      authorityKeyIdentifier(key.publicKey),
      subjectKeyIdentifier(key.publicKey),
    ],
    signingKey: key.privateKey,
    hash: signatureHash(router, trustpoint, key),
  });
  trustpoint.identity = storeCertificate(der, now, key.label);
  trustpoint.status = 'Granted';
}

/**
 * `ip http secure-server`: where neither a trustpoint is named for it nor a self-signed certificate there, the router makes
 * both, under its own number.
 */
export async function serveHttps(router: Router, session: CliSession): Promise<void> {
  if (router.config.line('ip http secure-trustpoint') !== undefined || persistent(router) !== undefined)
    return;
  const number = createHash('sha1').update(router.serialNumber).digest().readUInt32BE(0);
  const name = `TP-self-signed-${number}`;
  const trustpoint = router.trustpoints.open(name);
  trustpoint.set('enrollment selfsigned', { line: 'enrollment selfsigned', args: {}, words: [] });
  const subject = `cn=IOS-Self-Signed-Certificate-${number}`;
  trustpoint.set('subject-name', { line: `subject-name ${subject}`, args: { name: subject }, words: [] });
  trustpoint.set('revocation-check', { line: 'revocation-check none', args: {}, words: ['none'] });
  trustpoint.set('rsakeypair', { line: `rsakeypair ${name}`, args: { label: name }, words: [] });
  const key = router.keys.get(name, 'rsa') ?? (await makeKey(router, session, name));
  const own = { fqdn: undefined, serialNumber: undefined, ipAddress: undefined };
  hold(router, trustpoint, key, requestSubject(trustpoint, own));
  router.syslog.log(`${router.personality.log.facility}-4-NOAUTOSAVE`, router.personality.log.notSaved);
}

async function makeKey(router: Router, session: CliSession, name: string): Promise<RouterKey> {
  const { least, progress } = router.personality.keys;
  const bits = Math.max(HTTPS_KEY_BITS, least);
  const key = await router.keys.generate(name, bits, false);
  if (progress === 'one-line') session.print(`% Generating ${bits} bit RSA keys ...[OK]`);
  else {
    session.print(
      `CRYPTO_PKI: setting trustpoint policy ${name} to use keypair ${name}% Generating ${bits} bit RSA keys, keys will be non-exportable...`,
    );
    session.print('[OK] (elapsed time was 0 seconds)\n');
  }
  return key;
}
