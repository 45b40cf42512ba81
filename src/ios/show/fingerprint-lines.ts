import { type Fingerprint, parseFingerprint } from '../../domain/fingerprint.ts';

/**
 * The fingerprint of one printed value: hex in groups of eight. Without a hash's name the number of digits
 * tells it. Undefined when it is none, or when name and number of digits disagree.
 */
export function readFingerprint(hash: string | undefined, digits: string): Fingerprint | undefined {
  const plain = digits.replace(/\s/g, '');
  if (!/^[0-9A-F]+$/i.test(plain)) return undefined;
  // Old releases padded an MD5 with zeros to the length of a SHA1.
  if (hash === undefined && /^[0-9A-F]{32}0{8}$/i.test(plain)) return undefined;
  const read = parseFingerprint(hash === undefined ? plain : `${hash}: ${plain}`);
  return 'problem' in read ? undefined : read;
}
