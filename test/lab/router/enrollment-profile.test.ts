import { describe, expect, it } from 'vitest';

import { LabHttpCa, type LabHttpCaOptions } from '../../../src/lab/ca/http-ca.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { isIssuedBy, parseCertificate } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { startRouter, TinyCa, until } from './world.ts';

const CLOCK = { start: new Date('2026-06-01T00:00:00Z'), authoritative: true } as const;
const SILENT = ['serial-number none', 'ip-address none', 'password x', 'rsakeypair TP 1024'];
const POST =
  'enrollment command POST reference_number=$P2&authcode=$P1&retrievedAs=rawDER&action=getServerCert&pkcs10Request=$REQ';

function startCa(options: LabHttpCaOptions = {}): Promise<LabHttpCa> {
  return LabHttpCa.start({ keyBits: 1024, now: () => CLOCK.start, ...options });
}

function start(profile: readonly string[], ...lines: readonly string[]): Promise<VirtualRouter> {
  return startRouter({
    hostname: 'br-1',
    clock: CLOCK,
    running: [
      'crypto pki profile enrollment E',
      ...profile,
      'crypto pki trustpoint TP',
      'enrollment profile E',
      ...SILENT,
      ...lines,
    ],
  });
}

async function enrolled(typist: Typist): Promise<void> {
  await typist.line('configure terminal');
  typist.type('crypto pki authenticate TP\r');
  await typist.until(/\[yes\/no\]: $/);
  await typist.line('yes');
  typist.type('crypto pki enroll TP\r');
  await typist.until(/from CA\? \[yes\/no\]: $/);
  expect(await typist.line('yes')).toContain('% Certificate request sent to Certificate Authority\n');
}

describe('an enrollment profile', () => {
  it('gets certificates by HTTP commands, as the guide has it', async () => {
    await using ca = await startCa({ fields: { authcode: 'aaaa-bbbb-cccc', reference_number: '5001' } });
    await using router = await start([
      `authentication url ${ca.url}`,
      'authentication command GET /certs/cacert.der',
      `enrollment url ${ca.enrollmentUrl}`,
      POST,
      'parameter 1 value aaaa-bbbb-cccc',
      'parameter 2 value 5001',
    ]);
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    const held = router.state.certificates.find(({ kind }) => kind === 'identity');
    const issuer = parseCertificate(ca.authority.ca.certificate);
    expect(isIssuedBy(parseCertificate(held?.der ?? new Uint8Array()), issuer)).toBe(true);
    expect(ca.requests).toMatchObject([
      { method: 'POST', fields: { retrievedAs: 'rawDER' }, outcome: 'granted' },
    ]);
    expect(router.state.log.join('\n')).toContain('%PKI-6-CERTRET: ');
    expect(router.state.running).toContain(
      `crypto pki profile enrollment E\n authentication url ${ca.url}\n authentication command GET /certs/cacert.der\n`,
    );
  });

  it('asks for a parameter that has no value, and may ask the CA in a query', async () => {
    await using ca = await startCa({ fields: { code: 'a b' }, answers: 'base64' });
    await using router = await start([
      `authentication url ${ca.url}`,
      'authentication command GET /certs/cacert.der',
      `enrollment url ${ca.url}`,
      'enrollment command GET /cda-cgi/clientcgi.exe?code=$1&host=$FQDN&pkcs10Request=$REQ',
      'parameter 1 prompt Code of this branch',
    ]);
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    typist.type('crypto pki authenticate TP\r');
    await typist.until(/\[yes\/no\]: $/);
    await typist.line('yes');
    typist.type('crypto pki enroll TP\r');
    await typist.until(/Code of this branch: $/);
    typist.type('a b\r');
    await typist.until(/from CA\? \[yes\/no\]: $/);
    await typist.line('yes');
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(ca.requests[0]).toMatchObject({ method: 'GET', fields: { host: 'br-1.example.net' } });
  });

  it('fails when the CA refuses, and when what comes back is for another key', async () => {
    await using ca = await startCa({ fields: { authcode: 'right' } });
    await using router = await start([
      `authentication url ${ca.url}`,
      'authentication command GET /certs/cacert.der',
      `enrollment url ${ca.enrollmentUrl}`,
      'enrollment command POST authcode=wrong&pkcs10Request=$REQ',
    ]);
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Failed');
    expect(router.state.log.join('\n')).toContain('%PKI-6-CERTFAIL: Certificate enrollment failed.');
    await router.configure([
      'crypto pki profile enrollment E',
      'enrollment command GET /certs/cacert.der?pkcs10Request=$REQ',
    ]);
    typist.type('crypto pki enroll TP\r');
    await typist.until(/from CA\? \[yes\/no\]: $/);
    await typist.line('yes');
    await until(() => router.state.log.join('\n').includes('%PKI-3-KEY_CMP_MISMATCH'));
    await until(() => router.state.trustpoints[0]?.status === 'Failed');
  });

  it('without commands means SCEP, and may sign with the certificate of another trustpoint', async () => {
    await using old = await TinyCa.start();
    await using ca = await TinyCa.start();
    await using router = await startRouter({
      hostname: 'br-1',
      clock: CLOCK,
      running: [
        'crypto pki trustpoint OLD',
        `enrollment url ${old.url}`,
        `fingerprint ${old.fingerprint('md5')}`,
        ...SILENT.slice(0, 3),
        'rsakeypair OLD 1024',
        'crypto pki profile enrollment E',
        `authentication url ${ca.url}`,
        `enrollment url ${ca.url}`,
        'enrollment credential OLD',
        'crypto pki trustpoint TP',
        'enrollment profile E',
        `fingerprint ${ca.fingerprint('md5')}`,
        ...SILENT,
      ],
    });
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    for (const name of ['OLD', 'TP']) {
      await typist.line(`crypto pki authenticate ${name}`);
      typist.type(`crypto pki enroll ${name}\r`);
      await typist.until(/from CA\? \[yes\/no\]: $/);
      await typist.line('yes');
      await until(() => router.state.trustpoints.find((one) => one.name === name)?.status === 'Granted');
    }
    const first = router.state.certificates.find(
      ({ trustpoint, kind }) => trustpoint === 'OLD' && kind === 'identity',
    );
    expect(Buffer.from(ca.requests[0]?.signer.der ?? []).equals(first?.der ?? new Uint8Array())).toBe(true);
  });

  it('may have its certificates pasted', async () => {
    await using router = await start(['authentication terminal', 'enrollment terminal']);
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(/by itself\r\n\r\n$/)).toContain('Enter the base 64 encoded CA certificate.');
  });

  it('names what is not there', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki trustpoint TP');
    expect(await typist.line('enrollment profile NONE')).toBe('% Enrollment profile NONE does not exist\n');
    expect(await typist.line('no crypto pki profile enrollment NONE')).toBe("Can't find profile\n");
    expect(router.state.running).toContain(' enrollment profile NONE\n');
  });
});
