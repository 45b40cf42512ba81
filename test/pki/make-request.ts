import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { PrintableString, Sequence } from 'asn1js';
import { AttributeTypeAndValue, CertificationRequest } from 'pkijs';
import {
  certificationRequest,
  type Digest,
  type ExtensionRequestForm,
  keyUsage,
  subjectAltName,
} from '../../src/scep/index.ts';

export interface RequestWish {
  readonly key: KeyObject;
  readonly commonName?: string;
  readonly hash?: Digest;
  readonly challengePassword?: string;
  readonly dnsName?: string;
  readonly form?: ExtensionRequestForm;
}

/** A request of an RSA key as routers make it. */
export function rsaRequest({ key, commonName = 'br-1', hash = 'sha256', ...wish }: RequestWish): Uint8Array {
  return certificationRequest({
    subject: [[{ type: 'CN', value: commonName }]],
    key,
    hash,
    challengePassword: wish.challengePassword ?? '',
    extensions:
      wish.dnsName === undefined
        ? []
        : [subjectAltName({ dns: [wish.dnsName] }), keyUsage(['digitalSignature', 'keyEncipherment'])],
    extensionRequestForm: wish.form ?? 'plain',
  });
}

export interface EcRequest {
  readonly der: Uint8Array;
  readonly spki: Uint8Array;
}

/** A request of an EC key, made by another library than the one that reads it. */
export async function ecRequest(namedCurve: string, hash: string, commonName = 'br-1'): Promise<EcRequest> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
  const request = new CertificationRequest({ attributes: [] });
  request.subject.typesAndValues.push(
    new AttributeTypeAndValue({ type: '2.5.4.3', value: new PrintableString({ value: commonName }) }),
  );
  await request.subjectPublicKeyInfo.importKey(keys.publicKey);
  await request.sign(keys.privateKey, hash);
  return {
    der: new Uint8Array(request.toSchema().toBER()),
    spki: new Uint8Array(await webcrypto.subtle.exportKey('spki', keys.publicKey)),
  };
}

/** A private RSA key, short to be quick. */
export function newKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
}

/** A SEQUENCE that is no request. */
export function emptySequence(): Uint8Array {
  return new Uint8Array(new Sequence({ value: [] }).toBER());
}
