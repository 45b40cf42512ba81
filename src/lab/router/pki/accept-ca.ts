import { type Certificate, isIssuedBy, isSelfSigned } from '../../../scep/index.ts';
import type { CliSession } from '../commands/command.ts';
import type { Router } from '../router.ts';
import { grouped, groupedHash, hexHash } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

/** Shows a CA certificate, then asks or compares. What is not acceptable is said. */
export async function isAcceptedCa(
  router: Router,
  session: CliSession,
  trustpoint: Trustpoint,
  ca: Certificate,
): Promise<boolean> {
  session.print('Certificate has the following attributes:');
  if (router.personality.wording.fingerprints === 'named') {
    session.print(`       Fingerprint MD5: ${groupedHash('md5', ca.der)}`);
    session.print(`      Fingerprint SHA1: ${groupedHash('sha1', ca.der)}\n`);
  } else session.print(`Fingerprint: ${groupedHash('md5', ca.der)}`);
  session.cutAt('authenticate');
  const pinned = trustpoint.fingerprint;
  if (pinned !== undefined) return isPinned(session, pinned, ca.der);
  if (!isSelfSigned(ca) && isBelowParent(router, trustpoint, ca)) {
    // Recalled from manuals: no question follows.
    session.print('Certificate validated - Signed by existing trustpoint CA certificate.');
    return true;
  }
  if (await session.yesNo('% Do you accept this certificate? [yes/no]: ')) return true;
  // What is printed after "no" is not known from captures.
  session.print('% CA certificate was not accepted.');
  return false;
}

/** Whether the certificate was issued by the CA of the trustpoint that `chain-validation continue` names. */
export function isBelowParent({ trustpoints }: Router, trustpoint: Trustpoint, ca: Certificate): boolean {
  const parent = trustpoints.get(trustpoint.setting('chain-validation')?.args.parent ?? '')?.ca;
  return parent !== undefined && isIssuedBy(ca, parent.certificate);
}

function isPinned(session: CliSession, pinned: string, der: Uint8Array): boolean {
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
