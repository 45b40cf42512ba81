import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { BmpString, fromBER, OctetString } from 'asn1js';
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
import type { Secret } from '../../domain/secret.ts';
import { decodeCertificate } from '../decode.ts';
import { isCutOff } from '../der-length.ts';
import { sameKey } from '../key.ts';
import { decrypt } from './encryption.ts';
import { Pkcs12Error } from './errors.ts';
import { checkIntegrity } from './integrity.ts';
import type { Pkcs12Contents } from './make.ts';
import { OID } from './oids.ts';

/**
 * Opens a PKCS#12 file (DER or BER) and checks its MAC before anything else in it is believed. The certificate is the one for the
 * key, whatever the file's labels say; the others follow in the file's order. Rejects with a Pkcs12Error.
 */
export async function readPkcs12(bytes: Uint8Array, passphrase: Secret): Promise<Pkcs12Contents> {
  if (isCutOff(bytes)) throw new Pkcs12Error('truncated');
  try {
    return await read(bytes, passphrase.reveal());
  } catch (thrown) {
    if (thrown instanceof Pkcs12Error) throw thrown;
    throw new Pkcs12Error('unreadable', thrown instanceof Error ? thrown.message : '', { cause: thrown });
  }
}

async function read(bytes: Uint8Array, passphrase: string): Promise<Pkcs12Contents> {
  const { result, offset } = fromBER(new Uint8Array(bytes));
  if (offset !== bytes.length) {
    throw new Pkcs12Error('unreadable', offset === -1 ? result.error : 'bytes follow it');
  }
  const file = new PFX({ schema: result });
  if (file.authSafe.contentType !== OID.data) {
    throw new Pkcs12Error('unsupported-algorithm', 'it is protected by a signature, not by a passphrase');
  }
  const contents = octetsOf(file.authSafe.content);
  checkIntegrity(contents, passphrase, file.macData);
  const safe = new AuthenticatedSafe({ schema: parsed(contents) });
  const bags: SafeBag[] = [];
  for (const each of safe.safeContents) bags.push(...(await bagsOf(each, passphrase)));
  return assemble(bags, passphrase);
}

async function bagsOf(content: ContentInfo, passphrase: string): Promise<readonly SafeBag[]> {
  return new SafeContents({ schema: parsed(await plainOf(content, passphrase)) }).safeBags;
}

async function plainOf({ contentType, content }: ContentInfo, passphrase: string): Promise<Uint8Array> {
  if (contentType === OID.data) return octetsOf(content);
  if (contentType !== OID.encryptedData) {
    throw new Pkcs12Error('unsupported-algorithm', `a part of it is of the type ${contentType}`);
  }
  const { encryptedContentInfo } = new EncryptedData({ schema: content });
  const data = new Uint8Array(encryptedContentInfo.getEncryptedContent());
  return decrypt({ algorithm: encryptedContentInfo.contentEncryptionAlgorithm, data }, passphrase);
}

async function assemble(bags: readonly SafeBag[], passphrase: string): Promise<Pkcs12Contents> {
  const keys: HeldKey[] = [];
  for (const bag of bags) keys.push(...(await keyOf(bag, passphrase)));
  const [found] = keys;
  if (found === undefined || keys.length > 1) throw new Pkcs12Error('key-absent', `it holds ${keys.length}`);
  const certificates = bags.flatMap(certificateOf);
  const own = createPublicKey(found.key).export({ type: 'spki', format: 'der' });
  const certificate = certificates.find((der) => sameKey(decodeCertificate(der).publicKey, own));
  if (certificate === undefined) throw new Pkcs12Error('certificate-absent');
  const friendlyName = nameOf(found.bag);
  return {
    key: found.key,
    certificate,
    authorities: certificates.filter((der) => der !== certificate),
    ...(friendlyName === undefined ? {} : { friendlyName }),
  };
}

interface HeldKey {
  readonly bag: SafeBag;
  readonly key: KeyObject;
}

async function keyOf(bag: SafeBag, passphrase: string): Promise<readonly HeldKey[]> {
  if (bag.bagId !== OID.shroudedKeyBag && bag.bagId !== OID.keyBag) return [];
  if (!(bag.bagValue instanceof PKCS8ShroudedKeyBag)) {
    throw new Pkcs12Error('unsupported-algorithm', 'its private key stands in it unencrypted');
  }
  const { encryptionAlgorithm, encryptedData } = bag.bagValue;
  const plain = await decrypt({ algorithm: encryptionAlgorithm, data: octetsOf(encryptedData) }, passphrase);
  return [{ bag, key: createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }) }];
}

function certificateOf(bag: SafeBag): readonly Uint8Array[] {
  if (!(bag.bagValue instanceof CertBag) || bag.bagValue.certId !== OID.x509Certificate) return [];
  return [octetsOf(bag.bagValue.certValue)];
}

function nameOf({ bagAttributes = [] }: SafeBag): string | undefined {
  const value: unknown = bagAttributes.find(({ type }) => type === OID.friendlyName)?.values[0];
  return value instanceof BmpString ? value.getValue() : undefined;
}

function parsed(bytes: Uint8Array) {
  const { result, offset } = fromBER(new Uint8Array(bytes));
  if (offset === -1) throw new Pkcs12Error('unreadable', result.error);
  return result;
}

function octetsOf(node: unknown): Uint8Array {
  if (node instanceof OctetString) return new Uint8Array(node.getValue());
  throw new Pkcs12Error('unreadable', 'its contents are none');
}
