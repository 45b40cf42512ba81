import { DeviceError } from '../domain/errors.ts';
import type { CertificateSummary, RenewalDecision } from '../domain/result.ts';

/** What is said of a certificate that was renewed. */
type Renewed = Pick<CertificateSummary, 'trustpoint' | 'serial' | 'notAfter'>;
type Stuck = RenewalDecision & { readonly decision: keyof typeof REMEDIES };

/** What helps a certificate that a renewal cannot replace. */
const REMEDIES = {
  expired: 'run trustfleet enroll for this device: it asks for a certificate with a new challenge',
  revoked:
    'find out why; if the router may have another one, remove the trustpoint there (no crypto pki trustpoint …), its key pair too where the key is in doubt, and run trustfleet enroll',
  'ca-expires-first': 'the CA has to be rolled over first',
  'waits-for-file': 'make a new PKCS#12 file in its place, with a certificate that ends later, and run again',
} as const;

/**
 * The certificates that need a new one and that no renewal can replace, as the error their device ends with: each with
 * its reason and its remedy, and what was `renewed` all the same. Undefined when there are none.
 */
export function stuckError(
  decisions: readonly RenewalDecision[],
  renewed: readonly Renewed[],
): DeviceError | undefined {
  const stuck = decisions.filter(isStuck);
  if (stuck.length === 0) return undefined;
  const why = stuck.map(({ trustpoint, reason }) => `${trustpoint}: cannot be renewed: ${reason}`).join('; ');
  const names = renewed.map(({ trustpoint }) => trustpoint).join(' and ');
  return new DeviceError(
    'plan-conflict',
    renewed.length === 0
      ? why
      : `${why} (${names} ${renewed.length === 1 ? 'was' : 'were'} renewed, verified and saved)`,
    { detail: [...stuck.map(tellStuck), ...renewed.map(tellRenewed)].join('\n'), hint: hintFor(stuck) },
  );
}

function isStuck(decision: RenewalDecision): decision is Stuck {
  return Object.hasOwn(REMEDIES, decision.decision);
}

function tellStuck({ trustpoint, decision }: Stuck): string {
  return `${trustpoint}: ${decision}: ${REMEDIES[decision]}`;
}

function tellRenewed({ trustpoint, serial, notAfter }: Renewed): string {
  return `${trustpoint}: renewed, verified and saved: serial number ${serial}, until ${notAfter.toISOString().slice(0, 10)}`;
}

/** The remedy, or each with its trustpoints where there are two. */
function hintFor(stuck: readonly Stuck[]): string {
  const kinds = [...new Set(stuck.map(({ decision }) => decision))];
  const [only] = kinds;
  if (only !== undefined && kinds.length === 1) return REMEDIES[only];
  return kinds
    .map((kind) => {
      const names = stuck.filter(({ decision }) => decision === kind).map(({ trustpoint }) => trustpoint);
      return `${names.join(', ')}: ${REMEDIES[kind]}`;
    })
    .join('; ');
}
