import { REDACTED } from './redact.ts';

/**
 * Places where Cisco IOS configuration lines carry a secret (IOS command reference). `head` is kept, `secret` goes.
 * Deliberately loose: rather too much is hidden than too little.
 */
const SECRET_PLACES: readonly RegExp[] = [
  // username X password 7 …, enable secret 5 …, password …, key-string …, pre-shared-key …, ip ftp password …
  /(?<head>\b(?:password|secret|key-string|pre-shared-key|passphrase|secret-key)(?:[ \t]+(?:encryption[ \t]+)?(?:0|4|5|6|7|8|9|sha256|sha512|local|remote|address|ascii-text|hexadecimal|level[ \t]+\d+|encrypted))*[ \t]+)(?<secret>\S+)/gi,
  // ntp authentication-key 1 md5 … 7
  /(?<head>\bauthentication-key[ \t]+\d+[ \t]+\S+[ \t]+)(?<secret>\S+)/gi,
  // snmp-server community …, snmp-server host 192.0.2.1 version 2c …, snmp-server user … auth sha … priv aes 128 …
  /(?<head>\bsnmp-server[ \t]+community[ \t]+)(?<secret>\S+)/gi,
  /(?<head>\bsnmp-server[ \t]+host[ \t]+\S+(?:[ \t]+(?:vrf[ \t]+\S+|traps|informs|version[ \t]+(?:1|2c|3[ \t]+\w+)))*[ \t]+)(?<secret>\S+)/gi,
  /(?<head>\b(?:auth[ \t]+(?:md5|sha\S*)|priv[ \t]+(?:des\S*|3des|aes[ \t]+\d+))[ \t]+)(?<secret>\S+)/gi,
  // tacacs-server key 7 …, radius-server key …, a key line of a server block, crypto isakmp key … address …
  /(?<head>(?:^|\b(?:tacacs-server|radius-server|server-private[ \t]+\S+)\b.*?|\bisakmp|#)[ \t]*\bkey[ \t]+(?:(?:0|6|7)[ \t]+)?)(?<secret>(?!generate\b|chain\b|config-key\b|zeroize\b|\d+[ \t]*$)\S+)/gm,
  // neighbor … password is covered above; OSPF and EIGRP digests, standby authentication, ppp chap
  /(?<head>\bmessage-digest-key[ \t]+\d+[ \t]+\S+[ \t]+(?:(?:0|7)[ \t]+)?)(?<secret>\S+)/gi,
  /(?<head>\bauthentication[ \t]+(?:text|md5[ \t]+key-string)[ \t]+(?:(?:0|7)[ \t]+)?)(?<secret>\S+)/gi,
];

/** Words that stand where a secret would, in lines that hold none. */
const NO_SECRET =
  /^(?:\[redacted\]|<redacted>|encryption|policy|recovery|generate|will|is|are|to|in|for|and|or|mode|invalid|incorrect|required.*|expired|[:?.,].*)$/i;

/** What every one of these places holds. */
const SIGN = /pass|secret|key|snmp|auth|priv/i;

/** The text with what stands at the secret places of IOS configuration lines replaced by `[redacted]`. */
export function maskConfigSecrets(text: string): string {
  if (!SIGN.test(text)) return text;
  let masked = text;
  for (const place of SECRET_PLACES) {
    masked = masked.replace(place, (whole: string, ...rest: unknown[]) => {
      const { head, secret } = rest.at(-1) as { head: string; secret: string };
      return NO_SECRET.test(secret) ? whole : `${head}${REDACTED}`;
    });
  }
  return masked;
}
