import { describe, expect, it } from 'vitest';

import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { subjectAltNameOf } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { startRouter, TinyCa, until } from './world.ts';

describe('a router of release 17.9', () => {
  it('says so in show version', async () => {
    await using router = await startRouter({ release: '17.9', hostname: 'R17' });
    await using typist = await Typist.login(router);
    await typist.line('terminal length 0');
    const version = await typist.line('show version');
    expect(version).toMatch(
      /^Cisco IOS XE Software, Version 17\.09\.04a\nCisco IOS Software \[Cupertino\], /,
    );
    expect(version).toContain('virtual router of the trustfleet lab');
    expect(version).toContain('\nR17 uptime is 0 minutes\n');
    expect(version).toContain('\nProcessor board ID 67109104\n');
  });

  it('makes no keys below 512 bits, and 2048 unless told otherwise', async () => {
    await using router = await startRouter({ release: '17.9' });
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    expect(await typist.line('crypto key generate rsa label K modulus 360')).toContain(
      "% Invalid input detected at '^' marker.",
    );
    typist.type('crypto key generate rsa label K\r');
    expect(await typist.until(/\]: $/)).toMatch(/range of 512 to 4096 [\s\S]+modulus \[2048\]: $/);
  });

  it('logs the enrollment while it waits for the password, and its fingerprints in a block', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca);
    await using typist = await Typist.login(router);
    await typist.line('terminal monitor');
    await enroll(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    const log = router.state.log.join('\n');
    expect(log).toMatch(/%PKI-6-CERT_ENROLL_MANUAL: Manual enrollment for trustpoint TP\n/);
    expect(log).toMatch(
      /%PKI-6-CSR_FINGERPRINT: \n {22}CSR Fingerprint MD5 : [0-9A-F]{32}\n {22}CSR Fingerprint SHA1: [0-9A-F]{40}\n/,
    );
    expect(log).toContain(
      [
        '%PKI-6-CERT_INSTALL: An ID certificate has been installed under',
        'Trustpoint   : TP',
        'Issuer-name  : cn=Tiny CA,o=Example',
        'Subject-name : hostname=R15.example.net',
        'Serial-number: 02',
        'End-date     : 2027-01-02T03:04:05Z',
      ].join(`\n${' '.repeat(22)}`),
    );
    expect(log).not.toContain('CERTRET');
  });

  it('asks for its own name as a DNS name, extensions plain', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca);
    await using typist = await Typist.login(router);
    await enroll(typist);
    await until(() => ca.requests.length === 1);
    const csr = ca.requests[0]?.csr;
    expect(csr?.extensionRequestForm).toBe('plain');
    expect(subjectAltNameOf(csr?.extensions ?? [])).toMatchObject({ dns: ['R15.example.net'] });
  });

  it('names the trustpoint whose request was rejected', async () => {
    await using ca = await TinyCa.start({ decide: () => ({ status: 'rejected', failInfo: 'badRequest' }) });
    await using router = await configured(ca);
    await using typist = await Typist.login(router);
    await enroll(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Rejected');
    expect(router.state.log.at(-1)).toContain('rejected by Certificate Authority for Trustpoint TP');
  });
});

function configured(ca: TinyCa): Promise<VirtualRouter> {
  return startRouter({
    release: '17.9',
    running: [
      'crypto pki trustpoint TP',
      `enrollment url ${ca.url}`,
      `fingerprint ${ca.fingerprint('sha1')}`,
      'serial-number none',
      'ip-address none',
      'rsakeypair TP 1024',
    ],
  });
}

/** Answers both password questions, whatever is logged between them. */
async function enroll(typist: Typist): Promise<void> {
  await typist.line('configure terminal');
  await typist.line('crypto pki authenticate TP');
  typist.type('crypto pki enroll TP\r');
  await typist.until(/Password: /);
  typist.type('one-time\r');
  await typist.until(/Re-enter password: $/);
  typist.type('one-time\r');
  await typist.until(/Request certificate from CA\? \[yes\/no\]: $/);
  typist.type('yes\r');
  await typist.until(/show the fingerprint/);
}
