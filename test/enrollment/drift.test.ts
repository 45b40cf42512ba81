import { describe, expect, it } from 'vitest';
import { maskedText, plainLine } from '../../src/domain/config-line.ts';
import { Secret } from '../../src/domain/secret.ts';
import { compareLines, headOf } from '../../src/enrollment/drift.ts';

const missing = (wanted: string[], running: string[]): string[] =>
  compareLines(wanted.map(plainLine), running).missing.map(maskedText);

describe('compareLines', () => {
  it.each([
    ['a URL with the port IOS adds', 'enrollment url http://10.0.0.1', 'enrollment url http://10.0.0.1:80'],
    [
      'a URL path as it was typed',
      'enrollment url http://h/certsrv/mscep/mscep.dll',
      'enrollment url http://h:80/certsrv/mscep/mscep.dll',
    ],
    ['a fingerprint in other case and groups', 'fingerprint ABCDEF01', 'fingerprint abcdef01'],
    ['a key label without its size', 'rsakeypair BRANCH 2048', 'rsakeypair BRANCH'],
    ['a time zone without its minutes', 'clock timezone CET 1 0', 'clock timezone CET 1'],
    ['an NTP server with more options', 'ntp server 192.0.2.1', 'ntp server 192.0.2.1 prefer version 3'],
    [
      'NTP options in another order',
      'ntp server 192.0.2.1 key 5 prefer',
      'ntp server 192.0.2.1 prefer key 5',
    ],
    [
      'an NTP key whose secret is shown encrypted',
      'ntp authentication-key 1 md5 x',
      'ntp authentication-key 1 md5 04743F33 7',
    ],
    ['a subject with blanks behind its commas', 'subject-name CN=a,O=b', 'subject-name CN=a, O=b'],
    ['an interface by its whole name', 'source interface gi0/1', 'source interface GigabitEthernet0/1'],
    ['an interface with a blank', 'ip-address Loopback 0', 'ip-address Loopback0'],
    [
      'an IPv6 address in other words',
      'enrollment url http://[2001:db8::1]/certsrv/mscep/mscep.dll',
      'enrollment url http://[2001:DB8:0:0::1]:80/certsrv/mscep/mscep.dll',
    ],
    [
      'an IPv6 address of a TFTP server in other words',
      'enrollment url tftp://[2001:db8::9]/br-1.T',
      'enrollment url tftp://[2001:DB8:0:0::9]/br-1.T',
    ],
    ['what an old release says of no CRL', 'revocation-check none', 'crl optional'],
    ['what an old release says of a CRL where there is one', 'revocation-check crl none', 'crl best-effort'],
    ['what crypto ca identity said of its CRL', 'crl query ldap://h', 'query url ldap://h'],
  ])('takes %s for the same line', (_name, wanted, running) => {
    expect(missing([wanted], [running])).toEqual([]);
  });

  it.each([
    ['another interface', 'source interface gi0/1', 'source interface GigabitEthernet0/2'],
    ['an interface of another kind', 'source interface te0/1', 'source interface GigabitEthernet0/1'],
    ['another port', 'enrollment url http://h:8080', 'enrollment url http://h:80'],
    ['another file', 'enrollment url tftp://h/br-1.T', 'enrollment url tftp://h/br-1.t'],
    ['another key size', 'rsakeypair BRANCH 2048', 'rsakeypair BRANCH 1024'],
    ['another NTP key', 'ntp server 192.0.2.1 key 5', 'ntp server 192.0.2.1 key 6'],
    ['the same address in another vrf', 'ntp server vrf Mgmt 192.0.2.1', 'ntp server 192.0.2.1'],
    ['another retry period', 'enrollment retry period 5', 'enrollment retry period 2'],
    ['subject in another case', 'subject-name CN=a', 'subject-name CN=A'],
  ])('types the line again for %s', (_name, wanted, running) => {
    expect(missing([wanted], [running])).toEqual([wanted]);
  });

  it('does not type what the router has by default and therefore does not show', () => {
    expect(
      missing(['enrollment retry count 10', 'revocation-check crl', 'clock timezone UTC 0 0'], []),
    ).toEqual([]);
  });

  it('names what stands there with another value', () => {
    const drift = compareLines([plainLine(' subject-name CN=new')], ['subject-name CN=old', 'password 7 01']);
    expect(drift.changed).toEqual([
      { head: 'subject-name', wanted: 'subject-name CN=new', present: 'subject-name CN=old' },
    ]);
    expect(drift.foreign).toEqual(['password 7 01']);
  });

  it('keeps the secret parts of a missing line', () => {
    const secret = Secret.acquired('ntp-secret-value', 'a test');
    const line = { parts: ['ntp authentication-key 1 md5 ', secret] };
    expect(compareLines([line], []).missing).toEqual([line]);
  });
});

describe('headOf', () => {
  it.each([
    ['enrollment url http://h', 'enrollment url'],
    ['enrollment retry count 5', 'enrollment retry count'],
    ['ntp server vrf Mgmt 192.0.2.1 key 5', 'ntp server vrf Mgmt 192.0.2.1'],
    ['ntp trusted-key 5', 'ntp trusted-key 5'],
    ['clock summer-time CEST recurring', 'clock summer-time'],
    ['source interface Loopback0', 'source interface'],
    ['fqdn none', 'fqdn'],
  ])('of "%s" is "%s"', (line, head) => {
    expect(headOf(line)).toBe(head);
  });
});
