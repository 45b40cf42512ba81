import { generateKeyPair, type KeyObject } from 'node:crypto';

import { publicKeyInfo } from '../../../scep/index.ts';

/** What a key pair is for: one for both, or one of a pair of two. EC key pairs are `general`. */
export type KeyUse = 'general' | 'signature' | 'encryption';

/** How IOS spells the uses. */
export const USE_NAMES: Readonly<Record<KeyUse, string>> = {
  general: 'General Purpose',
  signature: 'Signature',
  encryption: 'Encryption',
};

/** A key pair of the router. */
export interface RouterKey {
  readonly label: string;
  readonly type: 'rsa' | 'ec';
  readonly bits: number;
  readonly use: KeyUse;
  readonly exportable: boolean;
  /** Where it is kept, such as `usbtoken0:`; undefined for the router's own private configuration. */
  readonly storage?: string;
  /** The cryptographic device that made it and works with it. */
  readonly on?: string;
  readonly generatedAt: Date;
  readonly privateKey: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** What a key pair is for and where it is kept: `general` and the private configuration unless said otherwise. */
export type KeyPlace = Partial<Pick<RouterKey, 'use' | 'storage' | 'on'>>;

/** Makes an RSA private key of so many bits. */
export type KeyFactory = (bits: number) => Promise<KeyObject>;

/** Real RSA, off the event loop. */
export const generateRsa: KeyFactory = (bits) =>
  new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: bits }, (problem, _publicKey, privateKey) => {
      if (problem === null) resolve(privateKey);
      else reject(problem);
    });
  });

/** The sizes of EC keys and the curves that OpenSSL has for them. */
const CURVES = { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' } as const;

export type EcBits = keyof typeof CURVES;

/** The key pairs in the order they were made. RSA and EC keys of one label are different keys. */
export class KeyStore {
  #keys: readonly RouterKey[] = [];
  readonly #factory: KeyFactory;
  readonly #now: () => Date;

  constructor(factory: KeyFactory, now: () => Date) {
    this.#factory = factory;
    this.#now = now;
  }

  get all(): readonly RouterKey[] {
    return this.#keys;
  }

  /** The first key of a label: with usage keys the one that signs. */
  get(label: string, type?: RouterKey['type']): RouterKey | undefined {
    return this.labeled(label, type)[0];
  }

  /** Every key of a label: two with usage keys, the one that signs first. */
  labeled(label: string, type?: RouterKey['type']): readonly RouterKey[] {
    return this.#keys
      .filter((key) => key.label === label && (type === undefined || key.type === type))
      .toSorted((a, b) => Number(a.use === 'encryption') - Number(b.use === 'encryption'));
  }

  async generate(label: string, bits: number, exportable: boolean, place?: KeyPlace): Promise<RouterKey> {
    return this.install(label, await this.#factory(bits), exportable, place);
  }

  async generateEc(label: string, bits: EcBits, exportable: boolean, place?: KeyPlace): Promise<RouterKey> {
    return this.install(label, await generateEc(bits), exportable, place);
  }

  /** A key for both purposes takes the place of all of its kind and label, one of a pair that of its likes. */
  install(
    label: string,
    privateKey: KeyObject,
    exportable: boolean,
    { use = 'general', ...devices }: KeyPlace = {},
  ): RouterKey {
    const type = privateKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa';
    const key: RouterKey = {
      label,
      type,
      bits: bitsOf(privateKey),
      use,
      exportable,
      ...devices,
      generatedAt: this.#now(),
      privateKey,
      publicKey: publicKeyInfo(privateKey),
    };
    const isReplaced = (old: RouterKey): boolean =>
      old.label === label &&
      old.type === type &&
      (use === 'general' || old.use === 'general' || old.use === use);
    this.#keys = [...this.#keys.filter((old) => !isReplaced(old)), key];
    return key;
  }

  /** Makes the keys of `from`, or the one of a use, those of `to`: a renewal key takes the place of the old one. */
  rename(from: string, to: string, use?: KeyUse): void {
    const moved = this.labeled(from).filter((key) => use === undefined || key.use === use);
    const isReplaced = (old: RouterKey): boolean =>
      old.label === to &&
      moved.some((key) => key.type === old.type && (use === undefined || key.use === old.use));
    const kept = this.#keys.filter((old) => !moved.includes(old) && !isReplaced(old));
    this.#keys = [...kept, ...moved.map((key) => ({ ...key, label: to }))];
  }

  restore(keys: readonly RouterKey[]): void {
    this.#keys = [...keys];
  }

  remove(label: string, type?: RouterKey['type']): void {
    const doomed = this.labeled(label, type);
    this.#keys = this.#keys.filter((key) => !doomed.includes(key));
  }
}

function generateEc(bits: EcBits): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('ec', { namedCurve: CURVES[bits] }, (problem, _publicKey, privateKey) => {
      if (problem === null) resolve(privateKey);
      else reject(problem);
    });
  });
}

function bitsOf({ asymmetricKeyDetails }: KeyObject): number {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
  return modulusLength ?? curveBits(namedCurve);
}

/** The size of a key on a curve by OpenSSL's name; 0 for a curve that routers do not know. */
export function curveBits(namedCurve: string | undefined): number {
  return Number(Object.entries(CURVES).find(([, curve]) => curve === namedCurve)?.[0] ?? 0);
}
