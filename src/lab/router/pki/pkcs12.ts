import { createPrivateKey, type KeyObject } from 'node:crypto';

import { OctetString } from 'asn1js';
import {
  AuthenticatedSafe,
  CertBag,
  type ContentInfo,
  EncryptedData,
  PFX,
  PKCS8ShroudedKeyBag,
  type SafeBag,
  SafeContents,
} from 'pkijs';

import { checkMac, decrypt, type Pkcs12Age, Pkcs12Refusal } from './pkcs12-crypto.ts';

/** What a PKCS#12 file carries. */
export interface Pkcs12Contents {
  readonly privateKey: KeyObject;
  /** DER, in the order of the file. */
  readonly certificates: readonly Uint8Array[];
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';

/** Opens a PKCS#12 file (RFC 7292) with one private key. Throws Pkcs12Refusal. */
export function openPkcs12(bytes: Uint8Array, passphrase: string, age: Pkcs12Age): Pkcs12Contents {
  try {
    return read(bytes, passphrase, age);
  } catch (reason) {
    if (reason instanceof Pkcs12Refusal) throw reason;
    // pkijs and asn1js throw errors of many kinds at what is no PKCS#12.
    throw new Pkcs12Refusal('malformed', reason instanceof Error ? reason.message : 'no PKCS#12');
  }
}

function read(bytes: Uint8Array, passphrase: string, age: Pkcs12Age): Pkcs12Contents {
  const pfx = PFX.fromBER(bytes);
  if (pfx.macData === undefined) throw new Pkcs12Refusal('malformed', 'no MAC');
  const content = octets(pfx.authSafe.content);
  checkMac(content, pfx.macData, passphrase, age);
  const bags = AuthenticatedSafe.fromBER(content).safeContents.flatMap((safe) =>
    bagsIn(safe, passphrase, age),
  );
  const keys = bags.flatMap(({ bagValue }) =>
    bagValue instanceof PKCS8ShroudedKeyBag ? [privateKeyIn(bagValue, passphrase, age)] : [],
  );
  const certificates = bags.flatMap(({ bagValue }) =>
    bagValue instanceof CertBag ? [octets(bagValue.certValue)] : [],
  );
  const [privateKey] = keys;
  if (privateKey === undefined || keys.length > 1)
    throw new Pkcs12Refusal('malformed', 'not one private key');
  return { privateKey, certificates };
}

function bagsIn(
  { contentType, content }: ContentInfo,
  passphrase: string,
  age: Pkcs12Age,
): readonly SafeBag[] {
  if (contentType === DATA) return SafeContents.fromBER(octets(content)).safeBags;
  if (contentType !== ENCRYPTED_DATA) throw new Pkcs12Refusal('malformed', `a part of type ${contentType}`);
  const { encryptedContentInfo } = new EncryptedData({ schema: content });
  const sealed = new Uint8Array(encryptedContentInfo.getEncryptedContent());
  const plain = decrypt(encryptedContentInfo.contentEncryptionAlgorithm, sealed, passphrase, age);
  return SafeContents.fromBER(plain).safeBags;
}

function privateKeyIn(
  { encryptionAlgorithm, encryptedData }: PKCS8ShroudedKeyBag,
  passphrase: string,
  age: Pkcs12Age,
): KeyObject {
  const plain = decrypt(encryptionAlgorithm, octets(encryptedData), passphrase, age);
  return createPrivateKey({ key: Buffer.from(plain), format: 'der', type: 'pkcs8' });
}

/** The content of an OCTET STRING, in one piece or in chunks. */
function octets(value: unknown): Uint8Array {
  if (!(value instanceof OctetString)) throw new Pkcs12Refusal('malformed', 'no octets');
  return new Uint8Array(value.getValue());
}
