import { describe, expect, it } from 'vitest';
import { placeLines, readRunningLines } from '../../../src/ios/show/running-lines.ts';

const RUNNING = `Building configuration...

Current configuration : 1234 bytes
!
hostname br-1
crypto pki certificate chain BRANCH
 certificate 0A
  30820122 300D0609
  	quit
 certificate ca 01
  30820122 300D0609
  	quit
!
crypto ikev2 profile BRANCH
 match identity remote   address 0.0.0.0
 pki trustpoint BRANCH
!
router bgp 65000
 address-family ipv4
  neighbor 192.0.2.1 activate
 exit-address-family
banner motd ^C
  % welcome ^C
end
`;

describe('the whole running configuration', () => {
  it('is read line by line, each with what it stands below, without certificates', () => {
    expect(readRunningLines(RUNNING).map(({ below, text }) => [...below, text].join(' / '))).toEqual([
      'hostname br-1',
      'crypto pki certificate chain BRANCH',
      'crypto pki certificate chain BRANCH / certificate 0A',
      'crypto pki certificate chain BRANCH / certificate ca 01',
      'crypto ikev2 profile BRANCH',
      'crypto ikev2 profile BRANCH / match identity remote address 0.0.0.0',
      'crypto ikev2 profile BRANCH / pki trustpoint BRANCH',
      'router bgp 65000',
      'router bgp 65000 / address-family ipv4',
      'router bgp 65000 / address-family ipv4 / neighbor 192.0.2.1 activate',
      'router bgp 65000 / exit-address-family',
      'banner motd ^C',
      'banner motd ^C / % welcome ^C',
      'end',
    ]);
  });

  it('places lines that are to be typed in the same way, however far they are indented', () => {
    expect(
      placeLines(['router bgp 1', '   address-family ipv4', '! comment', '   no network 10.0.0.0']),
    ).toEqual([
      { below: [], text: 'router bgp 1' },
      { below: ['router bgp 1'], text: 'address-family ipv4' },
      { below: ['router bgp 1'], text: 'no network 10.0.0.0' },
    ]);
  });
});
