import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { Console } from './console.ts';
import { smallKey } from './world.ts';

const LOCAL = ['crypto pki trustpoint local', 'enrollment selfsigned', 'rsakeypair local 1024'];
const WANTED = 'Generate Self Signed Router Certificate? [yes/no]: ';
const CREATED = '\nRouter Self Signed Certificate successfully created\n\n';

async function enrolled(console: Console): Promise<void> {
  await console.ask('crypto pki enroll local');
  await console.ask('no');
  await console.ask('no');
  await console.line('yes');
}

describe('enrollment selfsigned', () => {
  it('asks for names and consent, and makes a certificate that certifies itself', async () => {
    using console = await Console.configured({}, ...LOCAL, 'subject-name CN=myvpn', 'exit');
    expect(await console.ask('crypto pki enroll local')).toBe(
      '% Include the router serial number in the subject name? [yes/no]: ',
    );
    expect(await console.ask('yes')).toBe('% Include an IP address in the subject name? [no]: ');
    expect(await console.ask('yes')).toBe('Enter Interface name or IP Address[]: ');
    expect(await console.ask('192.0.2.9')).toBe(WANTED);
    expect(await console.line('yes')).toBe(CREATED);
    const { identity } = console.router.trustpoints.open('local');
    const x509 = new X509Certificate(identity?.certificate.der ?? '');
    expect(x509.verify(x509.publicKey)).toBe(true);
    expect(x509.subject).toBe(x509.issuer);
    expect(x509.ca).toBe(true);
    const listed = await console.line('do show crypto pki certificates local');
    expect(listed).toMatch(
      /^Router Self-Signed Certificate\n {2}Status: Available\n {2}Certificate Serial Number \(hex\): 01\n {2}Certificate Usage: General Purpose\n {2}Issuer: \n {4}serialNumber=67109104\+ipaddress=192\.0\.2\.9\+hostname=R15\.example\.net\n {4}cn=myvpn\n/,
    );
    expect(listed).toContain('\n    end   date: 00:00:00 UTC Jan 1 2030\n');
    expect(listed).not.toContain('CA Certificate');
    expect(await console.line('do show crypto pki trustpoints local')).toContain(
      '\n    Persistent self-signed certificate trust point\n    Using key label local\n',
    );
    expect(await console.line('do show running-config | include ^ certificate')).toBe(
      ' certificate self-signed 01\n',
    );
    expect(await console.line('crypto pki export local pem terminal')).toMatch(
      /^% Self-signed CA certificate:\n[^%]+% General Purpose Certificate:\n/,
    );
  });

  it('says when the name is left out, and makes nothing on no', async () => {
    using console = await Console.configured({}, ...LOCAL, 'fqdn none', 'subject-name CN=a', 'exit');
    expect(await console.ask('crypto pki enroll local')).toMatch(
      /^% The fully-qualified domain name will not be included in the certificate\n% Include the router serial/,
    );
    await console.ask('no');
    await console.ask('no');
    expect(await console.line('no')).toBe('');
    expect(console.router.trustpoints.open('local').identity).toBeUndefined();
  });

  it('is of one trustpoint: another takes its place when told so', async () => {
    using console = await Console.configured({}, ...LOCAL, 'exit');
    await enrolled(console);
    for (const line of [
      'crypto pki trustpoint next',
      'enrollment selfsigned',
      'rsakeypair next 1024',
      'exit',
    ])
      await console.line(line);
    const warning =
      'The router has already generated a Self Signed Certificate for\ntrustpoint local.\n' +
      'If you continue the existing trustpoint and Self Signed Certificate\nwill be deleted.\n\n' +
      'Do you want to continue generating a new Self Signed Certificate? [yes/no]: ';
    expect(await console.ask('crypto pki enroll next')).toBe(warning);
    expect(await console.line('no')).toBe('');
    expect(console.router.trustpoints.get('local')?.identity).toBeDefined();
    await console.ask('crypto pki enroll next');
    await console.ask('yes');
    await console.ask('no');
    await console.ask('no');
    expect(await console.line('yes')).toBe(CREATED);
    expect(console.router.trustpoints.all.map(({ name }) => name)).toEqual(['next']);
    expect(console.router.trustpoints.get('next')?.identity?.certificate.serial).toBe('02');
  });

  it('is unknown before 12.3(14)T', async () => {
    using console = await Console.configured({ release: '12.2' }, 'crypto ca trustpoint TP');
    expect(await console.line('enrollment selfsigned')).toContain('% Invalid input');
  });

  it('is a file of the startup configuration when it was saved', async () => {
    using console = await Console.configured({}, ...LOCAL, 'exit');
    await enrolled(console);
    await console.line('do write memory');
    expect(await console.line('do show startup-config | include ^ certificate')).toMatch(
      /^ certificate self-signed 01 nvram:.*#1\.cer\n$/,
    );
  });
});

describe('ip http secure-server', () => {
  it('makes a trustpoint, a key and a certificate of its own', async () => {
    using console = await Console.configured({});
    const said = await console.line('ip http secure-server');
    const name = /TP-self-signed-\d+/.exec(said)?.[0] ?? '';
    const number = name.replace(/\D/g, '');
    expect(said).toBe(
      `CRYPTO_PKI: setting trustpoint policy ${name} to use keypair ${name}% Generating 1024 bit RSA keys, keys will be non-exportable...\n` +
        '[OK] (elapsed time was 0 seconds)\n\n',
    );
    expect(await console.line('do show running-config | section crypto pki trustpoint')).toBe(
      `crypto pki trustpoint ${name}\n enrollment selfsigned\n subject-name cn=IOS-Self-Signed-Certificate-${number}\n` +
        ` revocation-check none\n rsakeypair ${name}\n`,
    );
    const listed = await console.line('do show crypto pki certificates');
    expect(listed).toContain(`    Name: IOS-Self-Signed-Certificate-${number}\n`);
    expect(await console.line('do show running-config | include ip http')).toContain('ip http secure-server');
    await console.line('no ip http secure-server');
    expect(await console.line('ip http secure-server')).toBe('');
  });

  it('makes none where one is there, or a trustpoint is named', async () => {
    using console = await Console.configured({}, ...LOCAL, 'exit');
    await enrolled(console);
    expect(await console.line('ip http secure-server')).toBe('');
    using named = await Console.configured({}, 'ip http secure-trustpoint TP');
    expect(await named.line('ip http secure-server')).toBe('');
    expect(named.router.trustpoints.all).toEqual([]);
    expect(await named.line('do show running-config | include ip http secure')).toBe(
      'ip http secure-server\nip http secure-trustpoint TP\n',
    );
  });

  it('may stand among the lines a router starts with', async () => {
    await using router = await VirtualRouter.start({
      hostname: 'R1',
      release: '12.4',
      users: [],
      clock: { start: 'system', authoritative: true },
      keygen: () => Promise.resolve(smallKey()),
      running: ['ip http secure-server'],
    });
    expect(router.state.certificates.map(({ kind }) => kind)).toEqual(['identity']);
  });
});
