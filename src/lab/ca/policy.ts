import type {
  CaCapability,
  CertificateAuthority,
  Decision,
  EnrollmentRequest,
  Refusal,
} from '../../scep/index.ts';
import type { LabAuthority, Validity } from './authority.ts';

/** Whether a challenge opens the door for a transaction. */
export type ChallengeGate = (challenge: string | undefined, transactionId: string) => boolean;

/** How the lab's CA decides. Everything may be changed while it runs, so that tests can turn it. */
export interface CaPolicy {
  /** `manual`: requests wait until the lab's owner decides. */
  grant: 'automatic' | 'manual' | 'never';
  validity: (now: Date) => Validity;
}

const NDES_CAPABILITIES: readonly CaCapability[] = [
  'POSTPKIOperation',
  'Renewal',
  'SHA-512',
  'SHA-256',
  'SHA-1',
  'DES3',
];
const GENERIC_CAPABILITIES: readonly CaCapability[] = [
  'Renewal',
  'SHA-1',
  'SHA-256',
  'AES',
  'DES3',
  'SCEPStandard',
  'POSTPKIOperation',
];

/** The HRESULT of ERROR_INVALID_PARAMETER's kin that NDES puts into refusals: 0x80070057. */
const NDES_HRESULT = -2_147_024_809;

/** What the SCEP server engine asks of a CA, answered by the lab's authority under a policy. */
export function scepAuthority(options: {
  readonly profile: 'ndes' | 'generic';
  readonly authority: LabAuthority;
  readonly policy: CaPolicy;
  readonly gate: ChallengeGate;
  readonly now: () => Date;
}): CertificateAuthority {
  const { profile, authority, policy, gate, now } = options;
  const { ca, ra } = authority;

  function decide(request: EnrollmentRequest): Decision {
    const approved =
      isRenewal(request, now()) || request.repeated || gate(request.challenge, request.transactionId);
    if (!approved) return refusal(profile, 'the challenge password is wrong, old or used');
    if (policy.grant === 'never') return refusal(profile, 'denied by policy');
    if (policy.grant === 'manual') return { status: 'pending' };
    return { status: 'granted', certificate: issue(request) };
  }

  /**
   * A first request that comes again after it was granted gets the same certificate again. A renewal never does: with
   * the same key its request is octet for octet the first one.
   */
  function issue({ csr, transactionId, challenge, renewal }: EnrollmentRequest): Uint8Array {
    const before = authority.issued.findLast(
      (issued) => issued.transactionId === transactionId && Buffer.compare(issued.request, csr.der) === 0,
    );
    if (before !== undefined && !renewal) return before.der;
    return authority.grant(csr, policy.validity(now()), { challenge, transactionId, renewal });
  }

  return {
    capabilities: () => (profile === 'ndes' ? NDES_CAPABILITIES : GENERIC_CAPABILITIES),
    // The order in which NDES was seen to send them.
    caCertificates: () =>
      ra === undefined
        ? [ca.certificate]
        : [ra.signing.certificate, ra.encryption.certificate, ca.certificate],
    recipients: () => [ra?.encryption ?? ca],
    signer: () => ra?.signing ?? ca,
    decide,
  };
}

/** Signed with a certificate of ours that is in force: no challenge is asked for, as NDES does. */
function isRenewal({ renewal, signer }: EnrollmentRequest, now: Date): boolean {
  return renewal && signer.notBefore <= now && now <= signer.notAfter;
}

function refusal(profile: 'ndes' | 'generic', text: string): Refusal {
  if (profile === 'ndes') return { status: 'rejected', failInfo: 'badMessageCheck', hresult: NDES_HRESULT };
  return { status: 'rejected', failInfo: 'badRequest', text };
}
