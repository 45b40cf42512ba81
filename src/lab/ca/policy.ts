import {
  type CaCapability,
  type CertificateAuthority,
  type Decision,
  type EnrollmentRequest,
  isIssuedBy,
  issueCrl,
  parseCertificate,
  type Refusal,
} from '../../scep/index.ts';
import type { Holder, LabAuthority, Validity } from './authority.ts';
import { type ApprovalDesk, type Routine, unlessGranted } from './desk.ts';
import {
  PRESET_TEMPLATES,
  type Templates,
  templateExtensions,
  templateFor,
  UNSUPPORTED_TEMPLATE,
} from './templates.ts';

/** Whether a challenge opens the door for a transaction. */
export type ChallengeGate = (challenge: string | undefined, transactionId: string) => boolean;

/** How the lab's CA decides. Everything may be changed while it runs, so that tests can turn it. */
export interface CaPolicy {
  /** `manual`: requests wait until the lab's owner decides. */
  grant: 'automatic' | 'manual' | 'never';
  /** A manual CA whose operator decides by himself after so many polls; without it the lab's owner does, at the desk. */
  routine?: Routine;
  validity: (now: Date) => Validity;
  /** What GetCACaps says instead of what the profile's CAs say; empty for a CA older than GetCACaps. */
  capabilities?: readonly CaCapability[];
  /** The longest query the web server takes, in characters (maxQueryString); a longer one is 404.15. */
  maxQuery?: number;
  /** Whether GetCACert brings the certificates of the CAs above; it does unless this is false. */
  sendsChain?: boolean;
  /** By what templates an NDES issues; one for all unless said otherwise. */
  templates?: Templates;
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

const CRL_LIFE_MS = 7 * 86_400_000;

/** The HRESULT of ERROR_INVALID_PARAMETER's kin that NDES puts into refusals: 0x80070057. */
const NDES_HRESULT = -2_147_024_809;
/** CERTSRV_E_ADMIN_DENIED_REQUEST, 0x80094014: the CA's manager said no. That NDES passes it on is assumed. */
const DENIED_HRESULT = -2_146_877_420;

/** What the SCEP server engine asks of a CA, answered by the lab's authority under a policy. */
export function scepAuthority(options: {
  readonly profile: 'ndes' | 'generic';
  readonly authority: LabAuthority;
  readonly policy: CaPolicy;
  readonly gate: ChallengeGate;
  readonly desk: ApprovalDesk;
  /** A service in front of the CA with a certificate of its own, which devices take for the CA's. */
  readonly connector?: Holder | undefined;
  readonly now: () => Date;
}): CertificateAuthority {
  const { profile, authority, policy, gate, desk, connector, now } = options;
  const { ra } = authority;

  function decide(request: EnrollmentRequest): Decision {
    const approved = isRenewal(request) || request.repeated || gate(request.challenge, request.transactionId);
    if (!approved) return refusal(profile, 'the challenge password is wrong, old or used');
    if (policy.grant === 'never') return refusal(profile, 'denied by policy');
    if (policy.templates !== undefined && templateFor(request.csr, policy.templates).isUnpublished === true)
      return { status: 'rejected', failInfo: 'badRequest', hresult: UNSUPPORTED_TEMPLATE };
    if (policy.grant === 'manual') {
      const verdict = desk.verdictOn(request, policy.routine);
      if (verdict !== 'granted') return unlessGranted(verdict, () => denied(profile));
    }
    return {
      status: 'granted',
      certificate: issue(request),
      chain: connector === undefined ? [] : [authority.ca.certificate],
    };
  }

  /** Signed with a certificate of ours that is in force: no challenge is asked for, as NDES does. */
  function isRenewal({ renewal, signer }: EnrollmentRequest): boolean {
    const isOurs = renewal || isIssuedBy(signer, parseCertificate(authority.ca.certificate));
    return isOurs && signer.notBefore <= now() && now() <= signer.notAfter;
  }

  /**
   * A first request that comes again after it was granted gets the same certificate again. A renewal never does: with
   * the same key its request is octet for octet the first one.
   */
  function issue({ csr, transactionId, challenge, renewal, recipient }: EnrollmentRequest): Uint8Array {
    const before = authority.issued.findLast(
      (issued) => issued.transactionId === transactionId && Buffer.compare(issued.request, csr.der) === 0,
    );
    if (before !== undefined && !renewal) return before.der;
    const by = isFor(authority.next, recipient) ? authority.next : authority.ca;
    const template = templateFor(csr, policy.templates ?? PRESET_TEMPLATES);
    return authority.grant(
      { ...csr, extensions: templateExtensions(csr, template) },
      policy.validity(now()),
      { challenge, transactionId, renewal, ...(profile === 'ndes' ? { template: template.name } : {}) },
      by,
    );
  }

  return {
    capabilities: () => [
      ...(policy.capabilities ?? (profile === 'ndes' ? NDES_CAPABILITIES : GENERIC_CAPABILITIES)),
      ...(authority.next === undefined ? [] : (['GetNextCACert'] as const)),
    ],
    // The order in which NDES was seen to send them.
    caCertificates: () => {
      if (connector !== undefined) return [connector.certificate];
      const chain = [authority.ca.certificate, ...(policy.sendsChain === false ? [] : authority.above)];
      return ra === undefined ? chain : [ra.signing.certificate, ra.encryption.certificate, ...chain];
    },
    recipients: () => [
      connector ?? ra?.encryption ?? authority.ca,
      ...(authority.next === undefined ? [] : [authority.next]),
    ],
    signer: () => connector ?? ra?.signing ?? authority.ca,
    decide,
    rollover: () =>
      authority.next === undefined
        ? undefined
        : { certificates: [authority.next.certificate, ...authority.above], signer: authority.ca },
    certificate: ({ issuer, serialOctets }) =>
      authority.issued.find(({ der }) => identifiesSame(der, issuer, serialOctets))?.der,
    crl: () =>
      issueCrl({
        issuer: parseCertificate(authority.ca.certificate).subject,
        signingKey: authority.ca.key,
        hash: 'sha256',
        thisUpdate: now(),
        nextUpdate: new Date(now().getTime() + CRL_LIFE_MS),
        revoked: [],
        number: 1,
      }),
  };
}

function isFor(next: Holder | undefined, recipient: Uint8Array): next is Holder {
  return next !== undefined && Buffer.compare(next.certificate, recipient) === 0;
}

function identifiesSame(der: Uint8Array, issuer: Uint8Array, serialOctets: Uint8Array): boolean {
  const certificate = parseCertificate(der);
  return (
    Buffer.compare(certificate.issuer, issuer) === 0 &&
    Buffer.compare(certificate.serialOctets, serialOctets) === 0
  );
}

function refusal(profile: 'ndes' | 'generic', text: string): Refusal {
  if (profile === 'ndes') return { status: 'rejected', failInfo: 'badMessageCheck', hresult: NDES_HRESULT };
  return { status: 'rejected', failInfo: 'badRequest', text };
}

/** The operator's no, told apart from a wrong challenge. */
function denied(profile: 'ndes' | 'generic'): Refusal {
  return profile === 'ndes'
    ? { status: 'rejected', failInfo: 'badRequest', hresult: DENIED_HRESULT }
    : { status: 'rejected', failInfo: 'badRequest', text: 'denied by the operator of the CA' };
}
