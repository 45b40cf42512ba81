import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Null, OctetString } from 'asn1js';
import { AlgorithmIdentifier, DigestInfo, MacData } from 'pkijs';
import { derive, type Hash } from './derive.ts';
import { readIterations } from './encryption.ts';
import { Pkcs12Error } from './errors.ts';

const OIDS: Readonly<Record<Hash, string>> = {
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};
const LENGTHS: Readonly<Record<Hash, number>> = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 };

/** The MAC over a file's contents (RFC 7292 section 4), under a fresh salt. */
export function protect(contents: Uint8Array, passphrase: string, hash: Hash, iterations: number): MacData {
  const salt = randomBytes(hash === 'sha1' ? 8 : 16);
  return new MacData({
    mac: new DigestInfo({
      digestAlgorithm: new AlgorithmIdentifier({ algorithmId: OIDS[hash], algorithmParams: new Null() }),
      digest: octets(macOf(contents, passphrase, { hash, salt, iterations })),
    }),
    macSalt: octets(salt),
    iterations,
  });
}

/** Throws a Pkcs12Error: `wrong-passphrase`, `unsupported-algorithm`. */
export function checkIntegrity(contents: Uint8Array, passphrase: string, mac: MacData | undefined): void {
  if (mac === undefined)
    throw new Pkcs12Error('unsupported-algorithm', 'no passphrase protects it from changes');
  const { digestAlgorithm, digest } = mac.mac;
  const hash = (Object.keys(OIDS) as Hash[]).find((each) => OIDS[each] === digestAlgorithm.algorithmId);
  if (hash === undefined) {
    throw new Pkcs12Error('unsupported-algorithm', `its MAC is made with ${digestAlgorithm.algorithmId}`);
  }
  const iterations = readIterations(mac.iterations ?? 1);
  const salt = new Uint8Array(mac.macSalt.getValue());
  const expected = macOf(contents, passphrase, { hash, salt, iterations });
  const found = Buffer.from(digest.getValue());
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) {
    throw new Pkcs12Error('wrong-passphrase');
  }
}

function macOf(
  contents: Uint8Array,
  passphrase: string,
  by: { readonly hash: Hash; readonly salt: Uint8Array; readonly iterations: number },
): Buffer {
  const key = derive(passphrase, { ...by, purpose: 'mac', length: LENGTHS[by.hash] });
  return createHmac(by.hash, key).update(contents).digest();
}

function octets(bytes: Uint8Array): OctetString {
  return new OctetString({ valueHex: new Uint8Array(bytes).buffer });
}
