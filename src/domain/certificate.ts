import type { Fingerprint } from './fingerprint.ts';

/** One attribute of a distinguished name: `cn`, `ou`, `serialnumber`, `unstructuredname` or a dotted OID. */
export interface NameAttribute {
  /** Lower-case short name as IOS uses it, `unstructuredname` and `unstructuredaddress` spelt out; else the OID. */
  readonly type: string;
  readonly value: string;
}

/** The facts of one X.509 certificate, read from its DER. Times are instants. */
export interface CertificateFacts {
  readonly der: Uint8Array;
  /** Upper-case hex, whole bytes, no sign byte: `02`, `1A2B`. */
  readonly serial: string;
  readonly subject: readonly NameAttribute[];
  readonly issuer: readonly NameAttribute[];
  /** The DER of the names, for exact comparison along a chain. */
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly keyAlgorithm: 'rsa' | 'ec' | 'other';
  /** Modulus or curve size in bits. */
  readonly keyBits: number;
  readonly isCa: boolean;
  /** Key usage words of RFC 5280, such as `digitalSignature`; undefined when the extension is absent. */
  readonly keyUsage?: readonly string[];
  readonly extendedKeyUsage?: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  /** Such as `sha256WithRSAEncryption`. */
  readonly signatureAlgorithm: string;
  /** MD5, SHA1 and SHA256 of the DER. */
  readonly fingerprints: readonly Fingerprint[];
}
