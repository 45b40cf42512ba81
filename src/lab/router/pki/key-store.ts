import { generateKeyPair, type KeyObject } from 'node:crypto';

import { publicKeyInfo } from '../../../scep/index.ts';

/** An RSA key pair of the router. */
export interface RouterKey {
  readonly label: string;
  readonly bits: number;
  readonly exportable: boolean;
  readonly generatedAt: Date;
  readonly privateKey: KeyObject;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

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

/** The key pairs by label, in the order they were made. */
export class KeyStore {
  readonly #keys = new Map<string, RouterKey>();
  readonly #factory: KeyFactory;
  readonly #now: () => Date;

  constructor(factory: KeyFactory, now: () => Date) {
    this.#factory = factory;
    this.#now = now;
  }

  get all(): readonly RouterKey[] {
    return [...this.#keys.values()];
  }

  get(label: string): RouterKey | undefined {
    return this.#keys.get(label);
  }

  async generate(label: string, bits: number, exportable: boolean): Promise<RouterKey> {
    return this.install(label, await this.#factory(bits), exportable);
  }

  install(label: string, privateKey: KeyObject, exportable: boolean): RouterKey {
    const key: RouterKey = {
      label,
      bits: privateKey.asymmetricKeyDetails?.modulusLength ?? 0,
      exportable,
      generatedAt: this.#now(),
      privateKey,
      publicKey: publicKeyInfo(privateKey),
    };
    this.#keys.delete(label);
    this.#keys.set(label, key);
    return key;
  }

  /** Makes the key of `from` the key of `to`: a renewal key takes the place of the old one. */
  rename(from: string, to: string): void {
    const key = this.#keys.get(from);
    if (key === undefined) return;
    this.#keys.delete(from);
    this.#keys.set(to, { ...key, label: to });
  }

  restore(keys: readonly RouterKey[]): void {
    this.#keys.clear();
    for (const key of keys) this.#keys.set(key.label, key);
  }

  remove(label: string): void {
    this.#keys.delete(label);
  }
}
