import { describe, expect, it } from 'vitest';

import { Typist } from './typist.ts';
import { startRouter } from './world.ts';

describe('the running configuration', () => {
  it('holds what was typed, in the order and spelling of IOS', async () => {
    await using router = await startRouter({
      hostname: 'R1',
      users: [{ name: 'netops', password: 'lab-password', privilege: 15 }],
    });
    await using typist = await Typist.login(router);
    await typist.lines(
      'terminal length 0',
      'configure terminal',
      'clock timezone CET +1',
      'clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00',
      'ip host ca.example.net 192.0.2.9',
      'no ip domain-lookup',
      'crypto pki trustpoint BRANCH',
      'enrollment url http://192.0.2.9/certsrv/mscep/mscep.dll/',
      'enrollment mode ra',
      'enrollment retry count 10',
      'enrollment retry period 2',
      'serial-number none',
      'fqdn r1.example.net',
      'ip-address none',
      'fingerprint 4e5658ea 99350a9a 5aff2eb9 c8114485',
      'subject-name CN=r1.example.net,OU=Branches',
      'revocation-check crl none',
      'rsakeypair BRANCH 2048',
      'auto-enroll 70 regenerate',
      'hash sha256',
      'interface Loopback0',
      'ip address 192.0.2.1 255.255.255.255',
      'ntp server 192.0.2.123 prefer',
      'end',
    );
    const running = await typist.line('show running-config');
    expect(running).toMatch(/^Building configuration\.\.\.\n\nCurrent configuration : \d+ bytes\n!\n/);
    expect(running).toMatch(
      /\n! Last configuration change at [\d:]{8} CES?T \w{3} \w{3} \d+ \d{4} by netops\n/,
    );
    const body = running.slice(running.indexOf('version 15.7')).replace(/secret 5 \S+/, 'secret 5 HASH');
    expect(body).toBe(`version 15.7
service timestamps debug datetime msec
service timestamps log datetime msec
no service password-encryption
!
hostname R1
!
boot-start-marker
boot-end-marker
!
!
!
no aaa new-model
clock timezone CET 1 0
clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00
!
!
ip domain name example.net
ip host ca.example.net 192.0.2.9
no ip domain lookup
ip cef
no ipv6 cef
!
multilink bundle-name authenticated
!
crypto pki trustpoint BRANCH
 enrollment retry period 2
 enrollment mode ra
 enrollment url http://192.0.2.9:80/certsrv/mscep/mscep.dll
 serial-number none
 fqdn r1.example.net
 ip-address none
 fingerprint 4E5658EA99350A9A5AFF2EB9C8114485
 subject-name CN=r1.example.net,OU=Branches
 revocation-check crl none
 rsakeypair BRANCH 2048
 auto-enroll 70 regenerate
 hash sha256
!
!
license udi pid CISCO1921/K9 sn 67109104
!
!
username netops privilege 15 secret 5 HASH
!
redundancy
!
ip ssh version 2
!
interface GigabitEthernet0/0
 no ip address
!
interface GigabitEthernet0/1
 no ip address
!
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
!
ip forward-protocol nd
!
no ip http server
no ip http secure-server
!
!
!
control-plane
!
!
line con 0
line aux 0
line vty 0 4
 login local
 transport input ssh
!
scheduler allocate 20000 1000
ntp server 192.0.2.123 prefer
!
end

`);
  });

  it('keeps trustpoint passwords encoded and takes them back', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki trustpoint A', 'password Se cret', 'end');
    const [, encoded = ''] = /\n {1}password 7 (\S+)\n/.exec(router.state.running) ?? [];
    expect(router.state.running).not.toContain('Se cret');
    await typist.lines('conf t', 'crypto pki trustpoint B', `password 7 ${encoded}`, 'end');
    expect(router.state.trustpoints.map(({ lines }) => lines[0])).toEqual([
      `password 7 ${encoded}`,
      `password 7 ${encoded}`,
    ]);
  });

  it.each([
    ['subject-name nonsense', 'nonsense is not a valid subject name\n'],
    [
      'fqdn nodots',
      "CRYPTO_PKI: There should be atleast one '.' [other than the trailing '.'] in the domain name\n",
    ],
    ['vrf RED', '% IP  routing table RED does not exist\n'],
    ['rsakeypair', '% Incomplete command.\n\n'],
  ])('refuses %j below a trustpoint', async (line, answer) => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('terminal width 0', 'conf t', 'crypto pki trustpoint TP');
    expect(await typist.line(line)).toBe(answer);
  });

  it.each(['enrollment url https://ca.example.net', 'fingerprint 1234', `fingerprint ${'A'.repeat(64)}`])(
    'marks what cannot be in %j',
    async (line) => {
      await using router = await startRouter();
      await using typist = await Typist.login(router);
      await typist.lines('terminal width 0', 'conf t', 'crypto pki trustpoint TP');
      const place = 'R15(ca-trustpoint)#'.length + line.lastIndexOf(' ') + 1;
      expect(await typist.line(line)).toBe(
        `${' '.repeat(place)}^\n% Invalid input detected at '^' marker.\n\n`,
      );
    },
  );

  it('shows both banners, a line break behind the delimiter included', async () => {
    await using router = await startRouter({ running: ['banner motd #be kind#'] });
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('banner login @\r');
    await typist.until(/End with the character '@'\.\r\n$/);
    typist.type('Authorized use only.\rAll else is logged.\r@\r');
    await typist.until(/\(config\)#$/);
    expect(await typist.line('do show running-config | begin ^banner')).toMatch(
      /^banner login \^C\nAuthorized use only\.\nAll else is logged\.\n\^C\nbanner motd \^Cbe kind\^C\n!\n/,
    );
    await typist.lines('no banner login', 'end');
    expect(router.state.running).not.toContain('banner login');
  });

  it('takes privilege and secret of a user one by one, as scripts type them', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'username bob privilege 15');
    expect(router.state.running).toMatch(/^username bob privilege 15$/m);
    await expect(Typist.login(router, { username: 'bob', password: '' })).rejects.toThrow(/authentication/);
    await typist.lines('username bob secret builder');
    expect(router.state.running).toMatch(/^username bob privilege 15 secret 5 \S+$/m);
    await using bob = await Typist.login(router, { username: 'bob', password: 'builder' });
    expect(await bob.line('show privilege')).toBe('Current privilege level is 15\n');
  });

  it('is filtered by include, exclude, begin and section', async () => {
    await using router = await startRouter({
      running: ['crypto pki trustpoint A', 'hash sha256', 'crypto pki trustpoint B', 'hash sha1'],
    });
    await using typist = await Typist.login(router);
    expect(await typist.line('show run | include ^crypto|hash')).toBe(
      'crypto pki trustpoint A\n hash sha256\ncrypto pki trustpoint B\n hash sha1\n',
    );
    expect(await typist.line('sh ru | s crypto pki trustpoint B')).toBe(
      'crypto pki trustpoint B\n revocation-check crl\n hash sha1\n',
    );
    expect(await typist.line('show run | begin ^end')).toBe('end\n\n');
    expect(await typist.line('show run | section line vty|^hostname')).toBe(
      'hostname R15\nline vty 0 4\n login local\n transport input ssh\n',
    );
    expect(await typist.line('show privilege | exclude (level|foo)$')).toBe(
      'Current privilege level is 15\n',
    );
  });
});

describe('saving', () => {
  it('writes the startup configuration, at once or by name', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'ip domain name saved.example', 'end');
    expect(router.state.startup).not.toContain('saved.example');
    expect(await typist.line('write memory')).toBe('Building configuration...\n[OK]\n');
    expect(await typist.line('show startup-config | include domain')).toBe('ip domain name saved.example\n');
    await typist.lines('conf t', 'ip domain name again.example', 'end');
    typist.type('copy running-config startup-config\r');
    await typist.until(/Destination filename \[startup-config\]\? $/);
    expect(await typist.line('')).toBe('Building configuration...\n[OK]\n');
    expect(router.state.startup).toContain('ip domain name again.example');
  });
});

describe('preset lines', () => {
  it('stand in both configurations from the start', async () => {
    await using router = await startRouter({ running: ['ntp server 192.0.2.1', 'ip http server'] });
    expect(router.state.running).toContain('\nntp server 192.0.2.1\n');
    expect(router.state.startup).toContain('\nip http server\n');
  });

  it('stop the start when the router refuses one', async () => {
    await expect(startRouter({ running: ['ip domain nome x'] })).rejects.toThrow(
      /"ip domain nome x".*Invalid/s,
    );
  });
});
