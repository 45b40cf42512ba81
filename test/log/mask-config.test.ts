import { describe, expect, it } from 'vitest';
import { maskConfigSecrets } from '../../src/log/mask-config.ts';

const SECRET = '04743F333C';

describe('configuration lines', () => {
  it.each([
    `username admin privilege 15 secret 9 ${SECRET}`,
    `username admin password 7 ${SECRET}`,
    `username admin password ${SECRET}`,
    `enable secret 5 ${SECRET}`,
    `enable password level 7 7 ${SECRET}`,
    ` password 7 ${SECRET}`,
    `  key-string 7 ${SECRET}`,
    ` key-string ${SECRET}`,
    `snmp-server community ${SECRET} RO 10`,
    `snmp-server host 192.0.2.9 version 2c ${SECRET}`,
    `snmp-server user u g v3 auth sha ${SECRET} priv aes 128 ${SECRET}`,
    `ntp authentication-key 1 md5 ${SECRET} 7`,
    `tacacs-server host 192.0.2.9 key 7 ${SECRET}`,
    `radius-server key ${SECRET}`,
    ` key 7 ${SECRET}`,
    `crypto isakmp key ${SECRET} address 192.0.2.9`,
    `crypto isakmp key 6 ${SECRET} address 192.0.2.9`,
    ` pre-shared-key local 6 ${SECRET}`,
    ` neighbor 192.0.2.9 password 7 ${SECRET}`,
    ` ip ospf message-digest-key 1 md5 7 ${SECRET}`,
    ` ppp chap password 7 ${SECRET}`,
    ` standby 1 authentication md5 key-string 7 ${SECRET}`,
    `br1(config)#username admin secret ${SECRET}`,
    `crypto pki export CA pkcs12 terminal password ${SECRET}`,
  ])('lose their secret: %s', (line) => {
    const masked = maskConfigSecrets(line);
    expect(masked).not.toContain(SECRET);
    expect(masked).toContain('[redacted]');
    expect(masked.startsWith(line.slice(0, line.indexOf(SECRET)))).toBe(true);
  });

  it.each([
    'crypto key generate rsa label BR modulus 2048',
    'service password-encryption',
    'crypto pki enroll BRANCH',
    '% Create a challenge password. You will need to verbally provide this',
    'Password: ',
    'Re-enter password: ',
    'key chain ROUTING',
    ' key 1',
    'ip ssh rsa keypair-name BR',
    'Key name: BRANCH',
    'ntp server 192.0.2.1 key 5 prefer',
  ])('that hold none are left: %s', (line) => {
    expect(maskConfigSecrets(line)).toBe(line);
  });
});
