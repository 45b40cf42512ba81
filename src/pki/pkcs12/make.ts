import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { type BaseBlock, BmpString, OctetString } from 'asn1js';
import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  EncryptedContentInfo,
  EncryptedData,
  PFX,
  PKCS8ShroudedKeyBag,
  SafeBag,
  SafeContents,
} from 'pkijs';
import type { Secret } from '../../domain/secret.ts';
import { decodeCertificate } from '../decode.ts';
import { sameKey } from '../key.ts';
import { encrypt } from './encryption.ts';
import { Pkcs12Error } from './errors.ts';
import { protect } from './integrity.ts';
import type { Pkcs12Encryption } from './kinds.ts';
import { OID } from './oids.ts';

/** A private key with its certificate and those above it. */
export interface Pkcs12Contents {
  readonly key: KeyObject;
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER, the issuer of the certificate first. */
  readonly authorities: readonly Uint8Array[];
  readonly friendlyName?: string;
}

export interface Pkcs12Options {
  readonly passphrase: Secret;
  readonly encryption: Pkcs12Encryption;
  /** Rounds of every key derivation; as many as OpenSSL takes unless said otherwise, for the slowest router has to do them. */
  readonly iterations?: number;
}

const ITERATIONS = 2048;

/**
 * The DER of a PKCS#12 file (RFC 7292) laid out as OpenSSL does: certificates encrypted, the key shrouded, a MAC over
 * both. Throws a Pkcs12Error: `key-mismatch` when the certificate is for another key, `passphrase-unusable` when it is empty.
 */
export function makePkcs12(
  contents: Pkcs12Contents,
  { passphrase, encryption, iterations = ITERATIONS }: Pkcs12Options,
): Uint8Array {
  const words = passphrase.reveal();
  if (words === '') throw new Pkcs12Error('passphrase-unusable', 'it is empty');
  requireOwnKey(contents);
  const seal = (plain: Uint8Array) => encrypt(plain, words, encryption, iterations);
  const safe = new AuthenticatedSafe({
    safeContents: [
      encryptedContent(seal(derOf(new SafeContents({ safeBags: certificateBags(contents) }).toSchema()))),
      plainContent(derOf(new SafeContents({ safeBags: [keyBag(contents, seal)] }).toSchema())),
    ],
  });
  const protectedBytes = derOf(safe.toSchema());
  const hash = encryption === 'legacy' ? 'sha1' : 'sha256';
  const file = new PFX({
    version: 3,
    authSafe: plainContent(protectedBytes),
    macData: protect(protectedBytes, words, hash, iterations),
  });
  return derOf(file.toSchema());
}

function requireOwnKey({ key, certificate }: Pkcs12Contents): void {
  if (key.type !== 'private') throw new Pkcs12Error('key-absent', 'the key given is not a private one');
  const mine = createPublicKey(key).export({ type: 'spki', format: 'der' });
  if (!sameKey(mine, decodeCertificate(certificate).publicKey)) throw new Pkcs12Error('key-mismatch');
}

function certificateBags({ certificate, authorities, ...contents }: Pkcs12Contents): SafeBag[] {
  return [certificate, ...authorities].map(
    (der, index) =>
      new SafeBag({
        bagId: OID.certBag,
        bagValue: new CertBag({ certId: OID.x509Certificate, certValue: octets(der) }),
        ...(index === 0 ? { bagAttributes: labels({ certificate, ...contents }) } : {}),
      }),
  );
}

type Seal = (plain: Uint8Array) => ReturnType<typeof encrypt>;

function keyBag(contents: Omit<Pkcs12Contents, 'authorities'>, seal: Seal): SafeBag {
  const { algorithm, data } = seal(contents.key.export({ type: 'pkcs8', format: 'der' }));
  return new SafeBag({
    bagId: OID.shroudedKeyBag,
    bagValue: new PKCS8ShroudedKeyBag({ encryptionAlgorithm: algorithm, encryptedData: octets(data) }),
    bagAttributes: labels(contents),
  });
}

/** What ties key and certificate together: readers such as Windows go by the localKeyId, not by the key. */
function labels({
  certificate,
  friendlyName,
}: Pick<Pkcs12Contents, 'certificate' | 'friendlyName'>): Attribute[] {
  const id = createHash('sha1').update(certificate).digest();
  return [
    new Attribute({ type: OID.localKeyId, values: [octets(id)] }),
    ...(friendlyName === undefined
      ? []
      : [new Attribute({ type: OID.friendlyName, values: [new BmpString({ value: friendlyName })] })]),
  ];
}

function plainContent(bytes: Uint8Array): ContentInfo {
  return new ContentInfo({ contentType: OID.data, content: octets(bytes) });
}

function encryptedContent({ algorithm, data }: ReturnType<typeof encrypt>): ContentInfo {
  const encrypted = new EncryptedData({
    version: 0,
    encryptedContentInfo: new EncryptedContentInfo({
      contentType: OID.data,
      contentEncryptionAlgorithm: algorithm,
      encryptedContent: octets(data),
      // One piece, as DER has it: pkijs would cut it into many.
      disableSplit: true,
    }),
  });
  return new ContentInfo({ contentType: OID.encryptedData, content: encrypted.toSchema() });
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes).buffer });
}

function derOf(schema: BaseBlock): Uint8Array {
  return new Uint8Array(schema.toBER());
}
