import { context, integer, oid, sequence, set } from '../asn1/write.ts';
import { malformed } from '../errors.ts';
import { OID } from '../oids.ts';
import { readSignedData } from './verify.ts';

/** What a SignedData without signers carries. */
export interface CertificateBag {
  /** DER certificates in the order received. */
  readonly certificates: readonly Uint8Array[];
  /** DER certificate revocation lists. */
  readonly crls: readonly Uint8Array[];
}

/** The DER of a degenerate certificates-only SignedData (RFC 8894 3.4), members in the order given. */
export function degenerateSignedData({ certificates = [], crls = [] }: Partial<CertificateBag>): Uint8Array {
  const data = sequence(
    integer(1),
    set(),
    sequence(oid(OID.data)),
    ...(certificates.length > 0 ? [context(0, ...certificates)] : []),
    ...(crls.length > 0 ? [context(1, ...crls)] : []),
    set(),
  );
  return sequence(oid(OID.signedData), context(0, data));
}

/**
 * Reads a degenerate SignedData; an empty content and unsorted members are tolerated, a signer is not.
 * Throws ScepError `malformed`.
 */
export function readDegenerate(bytes: Uint8Array): CertificateBag {
  const data = readSignedData(bytes);
  if (data.signers.length > 0) throw malformed('a certificates-only SignedData must have no signer');
  return { certificates: data.certificates, crls: data.crls };
}
