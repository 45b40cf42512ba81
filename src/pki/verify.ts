import type { CheckName, Finding, OwnRenewalCheck } from '../domain/finding.ts';
import type { Fingerprint } from '../domain/fingerprint.ts';
import type { PrintedCertificate } from '../domain/printed-certificate.ts';
import { checkAuthority, checkChain, pinnedAuthority } from './check-authority.ts';
import { checkKeyMatches, checkKeyReplaced, checkKeyStrength, checkKeyUsage } from './check-key.ts';
import { checkNames, checkSubject } from './check-names.ts';
import { checkPrint } from './check-print.ts';
import { checkHttps, checkIssuedFor, checkPresent, checkReplaced, checkStartup } from './check-state.ts';
import { checkOurClock, checkRouterClock } from './check-validity.ts';
import type { DecodedCertificate } from './decode.ts';
import { recallCertificate } from './recall.ts';

/**
 * Everything known of one trustpoint's certificate. What the router does not have is left out, unless said otherwise; what it
 * has and did not show is in `unread`, and its checks are `unknown`.
 */
export interface VerificationInput {
  readonly trustpoint: string;
  readonly expected: ExpectedCertificate;
  /** DER of the router's own certificate. */
  readonly identityDer?: Uint8Array | undefined;
  /** DER of the CA certificates that the router holds for this trustpoint. */
  readonly chainDers: readonly Uint8Array[];
  /** The CAs above the pinned one, by the trustpoints that stand for them, the nearest first. */
  readonly above?: readonly CaAbove[] | undefined;
  /** DER of CA certificates that the router holds for other trustpoints. */
  readonly otherDers?: readonly Uint8Array[] | undefined;
  /** What the router holds, and nobody could read. */
  readonly unread?: {
    readonly identity: boolean;
    /** CA certificates. */
    readonly authorities: number;
  };
  /** The router's own print of its certificate. */
  readonly printed?: PrintedCertificate | undefined;
  /** DER SubjectPublicKeyInfo of the router's key pair; empty where the router prints none. */
  readonly routerKey?: Uint8Array | undefined;
  /** The instant that the router's clock shows; left out when it could not be read. */
  readonly routerNow?: Date | undefined;
  /** The instant by this machine's clock. */
  readonly now: Date;
  /** How far two clocks may differ, in milliseconds; only a start of validity is measured with it. */
  readonly maxSkewMs: number;
  /** The certificate that this one was to replace; without it there is neither `serial-changed` nor `key-as-wanted`. */
  readonly previous?: ReplacedCertificate | undefined;
  /** Where the router's HTTPS server is to show the certificate: its lines that are missing. */
  readonly https?: { readonly missing: readonly string[] } | undefined;
  /** Serial numbers in the startup configuration, upper-case hex; left out when it could not be read. */
  readonly startup?: { readonly serials: readonly string[] } | undefined;
}

/** A CA of a hierarchy: what is pinned of it, and what the router holds for its trustpoint. */
export interface CaAbove {
  readonly trustpoint: string;
  readonly pins: readonly Fingerprint[];
  readonly ders: readonly Uint8Array[];
}

/** A certificate that is to be replaced, and what with. */
export interface ReplacedCertificate {
  readonly serial: string;
  readonly notAfter: Date;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Whose key the new one is to hold; `any` where the router decides by lines of its own. */
  readonly keyWanted: 'same' | 'new' | 'any';
  /** With usage keys: the one for encryption; this one is for signatures then. */
  readonly encryption?: ReplacedCertificate;
}

/** What the inventory asked the CA for. */
export interface ExpectedCertificate {
  /** `CN=br-1.example.net,OU=Branches`, with the device's values put in; empty where it is not the inventory's to say. */
  readonly subject: string;
  /** Left out when the request held no name. */
  readonly fqdn?: string | undefined;
  readonly serialNumberAsked: boolean;
  /** An address or an interface; left out when the request held none. */
  readonly ipAddress?: string | undefined;
  /** RSA unless said otherwise. */
  readonly keyType?: 'rsa' | 'ec' | undefined;
  /** Least length of an RSA key, in bits; the size of the very curve otherwise. */
  readonly keyBits: number;
  /** All of them must match one CA certificate. */
  readonly pins: readonly Fingerprint[];
  /** Of the CA that signs, where it is another than the pinned one. */
  readonly issuerPins?: readonly Fingerprint[] | undefined;
  /** The router signs it itself: there is no CA, and its serial number need not change. */
  readonly selfSigned?: true;
  /** RFC 5280 words; `digitalSignature` and `keyEncipherment` unless said otherwise. */
  readonly keyUsageAsked?: readonly string[] | undefined;
}

/** What the checks look at: the input, with its certificates read. */
export interface Evidence
  extends Omit<VerificationInput, 'identityDer' | 'chainDers' | 'above' | 'otherDers'> {
  /** A string says why it could not be read. */
  readonly identity: DecodedCertificate | string;
  /** The configuration holds one, readable or not. */
  readonly hasIdentity: boolean;
  readonly authorities: readonly DecodedCertificate[];
  /** The CAs above the pinned one, the nearest first. */
  readonly above: readonly (Pick<CaAbove, 'trustpoint' | 'pins'> & {
    readonly certificates: readonly DecodedCertificate[];
  })[];
  /** Of other trustpoints. */
  readonly others: readonly DecodedCertificate[];
  /** How many CA certificates could not be read. */
  readonly unreadableAuthorities: number;
}

export type Verdict = Pick<Finding, 'status' | 'expected' | 'actual'>;

/** One check; undefined when it has no meaning here. */
type Check = (evidence: Evidence) => Verdict | undefined;

const CHECKERS: Readonly<Record<Exclude<CheckName, OwnRenewalCheck>, Check>> = {
  'certificate-present': checkPresent,
  'ca-pinned': checkAuthority,
  'chain-valid': checkChain,
  'issued-for-trustpoint': checkIssuedFor,
  'key-matches-router': checkKeyMatches,
  'key-strong-enough': checkKeyStrength,
  'valid-by-router-clock': checkRouterClock,
  'valid-by-our-clock': checkOurClock,
  'subject-as-asked': checkSubject,
  'names-as-asked': checkNames,
  'key-usage': checkKeyUsage,
  'print-agrees': checkPrint,
  'serial-changed': checkReplaced,
  'key-as-wanted': checkKeyReplaced,
  'https-shows-it': checkHttps,
  'startup-saved': checkStartup,
};

/**
 * Holds a router's certificate against what was asked for, what the router prints of it, the pinned CA and both
 * clocks. Every check of {@link CHECKS} is listed once, in its order, passed or not; `serial-changed` and
 * `key-as-wanted` only when there is a previous certificate. Evidence that is missing or unreadable makes `unknown`, never `pass`.
 * Pure: reads no clock, and throws nothing for whatever bytes it is given.
 */
export function verifyCertificate(input: VerificationInput): readonly Finding[] {
  return findingsOf(gather(input));
}

/** The checks that say something of a CA certificate alone. */
const OF_AUTHORITY: ReadonlySet<CheckName> = new Set([
  'ca-pinned',
  'valid-by-router-clock',
  'valid-by-our-clock',
  'startup-saved',
]);

/**
 * The same for a trustpoint that holds a CA certificate and nothing else: only the checks that say something of that, and of
 * the expectations only the pins.
 */
export function verifyAuthority(input: VerificationInput): readonly Finding[] {
  const gathered = gather(input);
  const identity = pinnedAuthority(gathered) ?? 'the pinned CA certificate is not at hand';
  return findingsOf({ ...gathered, identity }, OF_AUTHORITY);
}

function findingsOf(evidence: Evidence, wanted?: ReadonlySet<CheckName>): readonly Finding[] {
  return (Object.keys(CHECKERS) as (keyof typeof CHECKERS)[]).flatMap((check) => {
    const verdict = wanted?.has(check) === false ? undefined : CHECKERS[check](evidence);
    return verdict === undefined ? [] : [{ check, trustpoint: evidence.trustpoint, ...verdict }];
  });
}

function gather({
  identityDer,
  chainDers,
  above = [],
  otherDers = [],
  unread,
  ...rest
}: VerificationInput): Evidence {
  const chain = chainDers.map(tryDecode);
  const authorities = chain.filter((each) => typeof each !== 'string');
  const hasIdentity = identityDer !== undefined || unread?.identity === true;
  const isThere = hasIdentity || rest.printed !== undefined;
  const missing = isThere ? 'its certificate was not read' : 'the router holds no certificate';
  return {
    ...rest,
    hasIdentity,
    identity: identityDer === undefined ? missing : tryDecode(identityDer),
    authorities,
    above: above.map(({ trustpoint, pins, ders }) => ({ trustpoint, pins, certificates: readable(ders) })),
    others: readable(otherDers),
    unreadableAuthorities: chain.length - authorities.length + (unread?.authorities ?? 0),
  };
}

/** Whether one that cannot be read matters is told where it belongs. */
function readable(ders: readonly Uint8Array[]): readonly DecodedCertificate[] {
  return ders.map(tryDecode).filter((each) => typeof each !== 'string');
}

function tryDecode(der: Uint8Array): DecodedCertificate | string {
  try {
    return recallCertificate(der);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
