import { InputError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { Cipher, Digest } from '../scep/index.ts';

/** How a router signs and encrypts its requests. It uses the same whatever the CA advertises. */
export interface RouterAlgorithms {
  readonly digest: Digest;
  readonly cipher: Extract<Cipher, 'des' | '3des'>;
}

const RELEASE = /^(?:ios(?<xe>-xe)? )?0?(?<major>\d{1,2})\.(?<minor>\d{1,2})(?:[.(].*)?$/i;

/**
 * What a release was seen to use, by its number: `12.4`, `ios 15.2(4)M7`, `ios-xe 17.09.04a`. Classic IOS up to 15.1 signs
 * with MD5 and encrypts with single DES, later releases with MD5 and triple DES, IOS-XE with SHA-1 and triple DES; a
 * `hash` line of the trustpoint decides the digest. Where exactly one gave way to the other was never published, so
 * the weaker is assumed.
 *
 * Throws InputError when it is no release.
 */
export function routerAlgorithms(release: string, hash?: Trustpoint['hash']): RouterAlgorithms {
  const { xe, major = '', minor = '' } = RELEASE.exec(release.trim())?.groups ?? {};
  const [number, part] = [Number(major), Number(minor)];
  if (major === '' || number < 3 || (number > 3 && number < 12)) {
    const hint = 'such as 12.4, 15.7 or 17.9';
    throw new InputError([{ file: '--release', message: `"${release}" is no release of IOS`, hint }]);
  }
  // IOS-XE counted 3.x before it counted 16.x.
  if (xe !== undefined || number === 3 || number >= 16) return { digest: hash ?? 'sha1', cipher: '3des' };
  const isOld = number < 15 || part < 2;
  return { digest: hash ?? 'md5', cipher: isOld ? 'des' : '3des' };
}
