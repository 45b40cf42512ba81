import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  Boolean as Asn1Boolean,
  Set as Asn1Set,
  type BaseBlock,
  BitString,
  Constructed,
  fromBER,
  GeneralizedTime,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Primitive,
  PrintableString,
  Sequence,
  TeletexString,
  UTCTime,
  Utf8String,
} from 'asn1js';
import { formatPem } from '../../src/pki/pem.ts';

/** A certificate and the key that may sign with it. */
export interface Made {
  readonly der: Uint8Array;
  readonly spki: Uint8Array;
  readonly key: KeyObject;
  /** RDNs as they were given. */
  readonly subject: readonly string[];
}

export interface CertificateRequest {
  /** An RDN each, `+` between the attributes of one: `serialNumber=9HI3+unstructuredName=br-1`. `O:t61=` writes T61. */
  readonly subject: readonly string[];
  /** Self-signed when left out. */
  readonly issuer?: Made;
  readonly keys?: Keys;
  readonly serial?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly digest?: 'md5' | 'sha1' | 'sha256';
  readonly version?: 1 | 3;
  readonly ca?: boolean | { readonly pathLength: number };
  readonly usage?: readonly number[];
  readonly dnsNames?: readonly string[];
  readonly address?: readonly number[];
  readonly purposes?: readonly string[];
}

export type Keys = ReturnType<typeof rsaKeys>;

export const DIGITAL_SIGNATURE = 0;
export const KEY_ENCIPHERMENT = 2;
export const KEY_CERT_SIGN = 5;
export const CRL_SIGN = 6;

const TYPES: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  OU: '2.5.4.11',
  O: '2.5.4.10',
  C: '2.5.4.6',
  E: '1.2.840.113549.1.9.1',
  DC: '0.9.2342.19200300.100.1.25',
  serialNumber: '2.5.4.5',
  unstructuredName: '1.2.840.113549.1.9.2',
  unstructuredAddress: '1.2.840.113549.1.9.8',
};
const RSA_DIGESTS = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha256: '1.2.840.113549.1.1.11',
};
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

export function rsaKeys(modulusLength = 1024): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('rsa', { modulusLength });
}

export function ecKeys(namedCurve = 'P-256'): Keys {
  return generateKeyPairSync('ec', { namedCurve });
}

/** Issues a certificate with whatever is asked for, faults included. */
export function issue(request: CertificateRequest): Made {
  const { subject, issuer, keys = rsaKeys(), digest = 'sha256', version = 3, serial = '02' } = request;
  const signer = issuer?.key ?? keys.privateKey;
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = (): BaseBlock => algorithmOf(signer, digest);
  const extensions = extensionsOf(request);
  const tbs = new Sequence({
    value: [
      ...(version === 1 ? [] : [tagged(0, new Integer({ value: 2 }))]),
      new Integer({ valueHex: bufferOf(Buffer.from(serial, 'hex')) }),
      algorithm(),
      nameOf(issuer?.subject ?? subject),
      new Sequence({
        value: [
          time(request.notBefore ?? new Date('2026-01-01T00:00:00Z')),
          time(request.notAfter ?? new Date('2028-01-01T00:00:00Z')),
        ],
      }),
      nameOf(subject),
      fromBER(bufferOf(spki)).result,
      ...(version === 1 || extensions.length === 0 ? [] : [tagged(3, new Sequence({ value: extensions }))]),
    ],
  });
  const signature = sign(digest, Buffer.from(tbs.toBER()), signer);
  const certificate = new Sequence({
    value: [tbs, algorithm(), new BitString({ valueHex: bufferOf(signature) })],
  });
  return {
    der: new Uint8Array(certificate.toBER()),
    spki: new Uint8Array(spki),
    key: keys.privateKey,
    subject,
  };
}

export const pemOf = ({ der }: Made): string => formatPem(der);

export function fingerprintOf({ der }: Made, hash: 'MD5' | 'SHA1' | 'SHA256') {
  return { hash, hex: createHash(hash).update(der).digest('hex').toUpperCase() };
}

function algorithmOf(signer: KeyObject, digest: keyof typeof RSA_DIGESTS): Sequence {
  const isRsa = signer.asymmetricKeyType === 'rsa';
  const oid = new ObjectIdentifier({ value: isRsa ? RSA_DIGESTS[digest] : ECDSA_SHA256 });
  return new Sequence({ value: isRsa ? [oid, new Null()] : [oid] });
}

function nameOf(rdns: readonly string[]): Sequence {
  return new Sequence({
    value: rdns.map((rdn) => new Asn1Set({ value: rdn.split('+').map(attributeOf) })),
  });
}

function attributeOf(text: string): Sequence {
  const {
    type = '',
    form,
    value = '',
  } = /^(?<type>[^:=]+)(?::(?<form>\w+))?=(?<value>.*)$/s.exec(text)?.groups ?? {};
  const oid = new ObjectIdentifier({ value: TYPES[type] ?? type });
  return new Sequence({ value: [oid, stringOf(form, value)] });
}

function stringOf(form: string | undefined, value: string): BaseBlock {
  if (form === 't61') return new TeletexString({ value });
  if (form === 'int') return new Integer({ value: Number(value) });
  return /^[A-Za-z0-9 '()+,./:=?-]*$/.test(value)
    ? new PrintableString({ value })
    : new Utf8String({ value });
}

/** RFC 5280: UTCTime through 2049, GeneralizedTime after. */
function time(valueDate: Date): BaseBlock {
  return valueDate.getUTCFullYear() < 2050 ? new UTCTime({ valueDate }) : new GeneralizedTime({ valueDate });
}

function extensionsOf({ ca, usage, dnsNames = [], address, purposes }: CertificateRequest): Sequence[] {
  const extensions: Sequence[] = [];
  if (ca !== undefined) {
    const length = typeof ca === 'object' ? [new Integer({ value: ca.pathLength })] : [];
    const value = ca === false ? [] : [new Asn1Boolean({ value: true }), ...length];
    extensions.push(extension('2.5.29.19', new Sequence({ value })));
  }
  if (usage !== undefined) extensions.push(extension('2.5.29.15', bits(usage)));
  if (purposes !== undefined) {
    const value = purposes.map((oid) => new ObjectIdentifier({ value: oid }));
    extensions.push(extension('2.5.29.37', new Sequence({ value })));
  }
  const names = [
    ...dnsNames.map((name) => implicit(2, Buffer.from(name))),
    ...(address === undefined ? [] : [implicit(7, Buffer.from(address))]),
  ];
  if (names.length > 0) extensions.push(extension('2.5.29.17', new Sequence({ value: names })));
  return extensions;
}

function extension(oid: string, value: BaseBlock): Sequence {
  return new Sequence({
    value: [new ObjectIdentifier({ value: oid }), new OctetString({ valueHex: value.toBER() })],
  });
}

function bits(set: readonly number[]): BitString {
  const value = set.reduce((byte, bit) => byte | (0x80 >> bit), 0);
  return new BitString({ valueHex: new Uint8Array([value]).buffer, unusedBits: 0 });
}

function tagged(tagNumber: number, value: BaseBlock): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
}

function implicit(tagNumber: number, value: Buffer): Primitive {
  return new Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: bufferOf(value) });
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
