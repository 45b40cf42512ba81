import { raRole } from '../config/render-pki.ts';
import { type StoredCertificate, storeCertificate } from '../pki/stored-certificate.ts';
import type { Trustpoint } from '../pki/trustpoint.ts';
import type { Router } from '../router.ts';
import { type Call, type CliSession, type Command, Refusal } from './command.ts';

/** Below `crypto pki certificate chain`: certificates by serial number, fed in as hex or taken away. */
export const CHAIN_COMMANDS: readonly Command[] = [
  {
    syntax: 'certificate [{self-signed|ca|ra-sign|ra-encrypt}] <serial:HEX>',
    no: 'certificate [{self-signed|ca|ra-sign|ra-encrypt}] <serial:HEX>',
    help: 'Add or remove a certificate',
    run: certificate,
  },
];

function certificate({ router, session, args, words, negated }: Call): undefined {
  const name = session.mode.subject;
  const trustpoint = router.trustpoints.get(name);
  if (trustpoint === undefined) throw new Refusal("Can't find policy");
  const role = words.find((word) => word === 'ca' || word.startsWith('ra-')) ?? '';
  if (negated) remove(trustpoint, role, args.serial ?? '');
  else {
    router.hexInput.set(session.line, { trustpoint, role, digits: '' });
    session.enter('hex', name);
  }
  return undefined;
}

function remove(trustpoint: Trustpoint, role: string, serial: string): void {
  const fits = (stored: StoredCertificate | undefined): boolean =>
    stored?.certificate.serial === serial.toUpperCase();
  if (role === '' && fits(trustpoint.identity)) trustpoint.identity = undefined;
  if (role === '' && fits(trustpoint.encryption)) trustpoint.encryption = undefined;
  if (role === 'ca' && fits(trustpoint.ca)) trustpoint.ca = undefined;
  trustpoint.ras = trustpoint.ras.filter((ra) => raRole(ra) !== role || !fits(ra));
}

/** One line of hex, or `quit`. */
export function takeHexLine(router: Router, session: CliSession, line: string): undefined {
  const input = router.hexInput.get(session.line);
  const text = line.trim();
  if (input === undefined || text === 'quit') {
    router.hexInput.delete(session.line);
    session.enter('chain', session.mode.subject);
    if (input !== undefined && !install(router, input)) {
      // What IOS says to hex that is no certificate is not known from captures.
      session.print('% Error in saving certificate: status = FAIL');
    }
    return undefined;
  }
  input.digits += text.replace(/\s+/g, '');
  return undefined;
}

/** A certificate on its way in as hex. */
export interface HexInput {
  readonly trustpoint: Trustpoint;
  readonly role: string;
  digits: string;
}

function install(router: Router, { trustpoint, role, digits }: HexInput): boolean {
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) return false;
  try {
    const stored = storeCertificate(Buffer.from(digits, 'hex'), router.clock.now());
    if (role === 'ca') trustpoint.ca = stored;
    else if (role !== '') trustpoint.ras = [...trustpoint.ras, stored];
    else {
      const key = router.keys.all.find(({ publicKey }) =>
        Buffer.from(publicKey).equals(stored.certificate.publicKey),
      );
      if (key === undefined) return false;
      const kept = { ...stored, keyLabel: key.label };
      if (key.use === 'encryption') trustpoint.encryption = kept;
      else trustpoint.identity = kept;
    }
    return true;
  } catch {
    return false;
  }
}
