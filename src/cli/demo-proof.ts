import { X509Certificate } from 'node:crypto';
import type { Lab } from '../lab/lab.ts';

/** Trustpoint and key pair have one name in the lab's inventory. */
const TRUSTPOINT = 'BRANCH';

/** What the lab's own state says, read from the routers and the CA, not from trustfleet's results. */
export interface Proof {
  /** A header and one line a router, at most 80 columns wide. */
  readonly rows: readonly string[];
  readonly wrong: readonly string[];
}

/** Compares every router's certificate with the CA's records: issued by it, for the key the router holds. */
export function demoProof(lab: Lab, refused: string): Proof {
  const ca = new X509Certificate(lab.ca.authority.ca.certificate);
  const wrong: string[] = [];
  const rows = lab.routers.map(({ name, router }) => {
    const certificate = router.state.certificates.find(({ kind }) => kind === 'identity')?.der;
    const trusted = router.state.certificates.find(({ kind }) => kind === 'ca')?.der;
    const publicKey = router.state.keys.find(({ label }) => label === TRUSTPOINT)?.publicKey;
    if (name === refused) {
      if (trusted !== undefined || certificate !== undefined)
        wrong.push(`${name} accepted a CA it must refuse`);
      return line(name, 'none', 'no CA accepted, as it must be', '-');
    }
    if (certificate === undefined || publicKey === undefined) {
      wrong.push(`${name} holds no certificate`);
      return line(name, 'none', '-', '-');
    }
    const held = new X509Certificate(certificate);
    const issued = lab.ca.authority.issued.findLast(
      (record) => Buffer.compare(record.der, certificate) === 0,
    );
    const checks = [
      [held.verify(ca.publicKey) && held.checkIssued(ca), 'signed by the CA'],
      [issued !== undefined, 'in its records'],
      [
        Buffer.compare(held.publicKey.export({ type: 'spki', format: 'der' }), publicKey) === 0,
        'for its key',
      ],
    ] as const;
    for (const [holds, what] of checks) if (!holds) wrong.push(`${name}: the certificate is not ${what}`);
    const passed = checks.filter(([holds]) => holds).map(([, what]) => what);
    return line(
      name,
      held.serialNumber.slice(0, 8),
      passed.join(', '),
      new Date(held.validTo).toISOString().slice(0, 10),
    );
  });
  return { rows: [line('router', 'serial', 'certificate', 'valid until'), ...rows], wrong };
}

function line(name: string, serial: string, what: string, until: string): string {
  return `  ${name.padEnd(9)} ${serial.padEnd(9)} ${what.padEnd(45)} ${until}`.trimEnd();
}
