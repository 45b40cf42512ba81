import { createHash } from 'node:crypto';
import { fromBER, ObjectIdentifier, Sequence } from 'asn1js';

/** Signature algorithms and the hash inside them; MD5 and SHA-1 count as SHA-256 (RFC 5929 section 4.1). */
const HASH_OF_SIGNATURE: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'sha256', // md5WithRSA
  '1.2.840.113549.1.1.5': 'sha256', // sha1WithRSA
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.10045.4.1': 'sha256', // ecdsa-with-SHA1
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};
const RSA_PSS = '1.2.840.113549.1.1.10';
/** The hashes that RSASSA-PSS names in its parameters. SHA-1 is their default (RFC 4055 section 3.1). */
const HASH_OF_PSS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha256', // SHA-1, raised
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.4': 'sha224',
};

/**
 * The value of MsvAvChannelBindings that ties an NTLM login to the TLS connection it travels in: MD5 over the
 * gss_channel_bindings_struct (RFC 2744 section 3.11) with the `tls-server-end-point` binding of the server's
 * certificate. Undefined when the certificate's signature names no single hash, for which the binding does not exist.
 */
export function channelBindings(serverCertificate: Uint8Array): Buffer | undefined {
  const hash = signatureHash(serverCertificate);
  if (hash === undefined) return undefined;
  return bindingsOfEndPoint(createHash(hash).update(serverCertificate).digest());
}

/** As {@link channelBindings}, from the hash of the certificate. */
export function bindingsOfEndPoint(certificateHash: Uint8Array): Buffer {
  const applicationData = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), certificateHash]);
  // Address types and lengths of initiator and acceptor are zero; then the length of the application data.
  const head = Buffer.alloc(20);
  head.writeUInt32LE(applicationData.length, 16);
  return createHash('md5')
    .update(Buffer.concat([head, applicationData]))
    .digest();
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }. */
function signatureHash(certificate: Uint8Array): string | undefined {
  const { result } = fromBER(Uint8Array.from(certificate));
  const algorithm = result instanceof Sequence ? result.valueBlock.value[1] : undefined;
  if (!(algorithm instanceof Sequence)) return undefined;
  const [oid, parameters] = algorithm.valueBlock.value;
  if (!(oid instanceof ObjectIdentifier)) return undefined;
  if (oid.getValue() !== RSA_PSS) return HASH_OF_SIGNATURE[oid.getValue()];
  const named = parameters instanceof Sequence ? pssHash(parameters) : undefined;
  return HASH_OF_PSS[named ?? '1.3.14.3.2.26'];
}

/** RSASSA-PSS-params: `[0] EXPLICIT HashAlgorithm` comes first when it is there. */
function pssHash(parameters: Sequence): string | undefined {
  const first = parameters.valueBlock.value[0];
  if (first?.idBlock.tagNumber !== 0 || !('value' in first.valueBlock)) return undefined;
  const [algorithm] = first.valueBlock.value as readonly unknown[];
  const oid = algorithm instanceof Sequence ? algorithm.valueBlock.value[0] : undefined;
  return oid instanceof ObjectIdentifier ? oid.getValue() : undefined;
}
