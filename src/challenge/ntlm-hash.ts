import { createHmac } from 'node:crypto';
import { md4 } from './md4.ts';

/** Who logs in. `domain` is empty for `user@realm` and for a user the server itself knows. */
export interface NtlmAccount {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** `DOMAIN\user`, `user@realm` or `user` as the pieces that NTLM wants. */
export function ntlmAccount(username: string, password: string): NtlmAccount {
  const backslash = username.indexOf('\\');
  if (backslash < 0) return { domain: '', user: username, password };
  return { domain: username.slice(0, backslash), user: username.slice(backslash + 1), password };
}

/** NTOWFv2 of [MS-NLMP] 3.3.2: the key that stands for the password. */
export function ntowfv2({ domain, user, password }: NtlmAccount): Buffer {
  return hmacMd5(md4(utf16(password)), utf16(upperCase(user) + domain));
}

/** NTProofStr and temp, and the session base key ([MS-NLMP] 3.3.2). `targetInfo` is encoded and ends with MsvAvEOL. */
export function ntlmv2Response(
  key: Buffer,
  serverChallenge: Buffer,
  {
    clientChallenge,
    timestamp,
    targetInfo,
  }: { clientChallenge: Buffer; timestamp: Buffer; targetInfo: Buffer },
): { response: Buffer; sessionBaseKey: Buffer } {
  const temp = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    timestamp,
    clientChallenge,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ]);
  const proof = hmacMd5(key, Buffer.concat([serverChallenge, temp]));
  return { response: Buffer.concat([proof, temp]), sessionBaseKey: hmacMd5(key, proof) };
}

/** The LMv2 answer, for servers that send no time ([MS-NLMP] 3.3.2). */
export function lmv2Response(key: Buffer, serverChallenge: Buffer, clientChallenge: Buffer): Buffer {
  return Buffer.concat([hmacMd5(key, Buffer.concat([serverChallenge, clientChallenge])), clientChallenge]);
}

/** Windows raises letter by letter: `ß` stays, where JavaScript would write `SS`. */
function upperCase(text: string): string {
  return text.replace(/./gsu, (letter) => {
    const upper = letter.toUpperCase();
    return upper.length === letter.length ? upper : letter;
  });
}

export function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

export function hmacMd5(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}
