import { generateKeyPairSync } from 'node:crypto';

import ssh2 from 'ssh2';

import type { SshOffer } from './ssh-suites.ts';

/** Old routers have short keys; this one is quick to make and long enough for every client. */
const LEGACY_BITS = 1024;

export interface HostKey {
  /** PEM of the private key. */
  readonly privateKey: string;
  /** `ecdsa-sha2-nistp256 AAAA...`, as a known_hosts line ends. */
  readonly publicText: string;
}

/** Reads the key given, or makes one of the type. Throws an Error when the given text is no private key. */
export function makeHostKey(type: SshOffer['hostKey'], given: string | undefined): HostKey {
  const privateKey = given ?? freshKey(type);
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  return { privateKey, publicText: `${parsed.type} ${parsed.getPublicSSH().toString('base64')}` };
}

function freshKey(type: SshOffer['hostKey']): string {
  if (type === 'ecdsa') {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: LEGACY_BITS });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
}
