import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { transactionIdOf } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { smallKey, startRouter, TinyCa, until } from './world.ts';

const YES_NO = /\[yes\/no\]: $/;

function trustpoint(ca: TinyCa, ...lines: readonly string[]): readonly string[] {
  return ['crypto pki trustpoint TP', `enrollment url ${ca.url}`, ...lines];
}

/** Lines that leave only one question open, and the key they name. */
const SILENT = ['serial-number none', 'ip-address none', 'password secret', 'rsakeypair TP 1024'];

async function configured(ca: TinyCa, ...lines: readonly string[]): Promise<VirtualRouter> {
  return startRouter({ running: trustpoint(ca, ...lines) });
}

/** Authenticates with a pin and enrolls with the one question that is left. */
async function enrolled(typist: Typist): Promise<void> {
  await typist.line('configure terminal');
  await typist.line('crypto pki authenticate TP');
  typist.type('crypto pki enroll TP\r');
  await typist.until(/Request certificate from CA\? \[yes\/no\]: $/);
  await typist.line('yes');
}

const groups = (hex: string): string => hex.replace(/.{8}/g, '$& ');

describe('crypto pki enroll', () => {
  it('holds the whole dialogue when the trustpoint leaves everything open', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca, `fingerprint ${ca.fingerprint('md5')}`, 'rsakeypair TP 1024');
    await using typist = await Typist.login(router);
    await typist.line('terminal width 0');
    await typist.line('conf t');
    await typist.line('crypto pki authenticate TP');
    typist.type('crypto pki enroll TP\r');
    expect(await typist.until(/Password: $/)).toBe(
      'crypto pki enroll TP\r\n%\r\n% Start certificate enrollment .. \r\n' +
        '% Create a challenge password. You will need to verbally provide this\r\n' +
        '   password to the CA Administrator in order to revoke your certificate.\r\n' +
        '   For security reasons your password will not be saved in the configuration.\r\n' +
        '   Please make a note of it.\r\n\r\nPassword: ',
    );
    typist.type('one-time\r');
    expect(await typist.until(/: $/)).toBe('\r\nRe-enter password: ');
    typist.type('one-time\r');
    expect(await typist.until(YES_NO)).toBe(
      '\r\n\r\n% The subject name in the certificate will include: R15.example.net\r\n' +
        '% Include the router serial number in the subject name? [yes/no]: ',
    );
    typist.type('yes\r');
    expect(await typist.until(/\[no\]: $/)).toBe(
      'yes\r\n% The serial number in the certificate will be: 67109104\r\n' +
        '% Include an IP address in the subject name? [no]: ',
    );
    typist.type('yes\r');
    expect(await typist.until(/\[\]: $/)).toBe('yes\r\nEnter Interface name or IP Address[]: ');
    typist.type('192.0.2.1\r');
    expect(await typist.until(YES_NO)).toBe(
      '192.0.2.1\r\n% The IP address in the certificate is 192.0.2.1\r\n\r\n' +
        'Request certificate from CA? [yes/no]: ',
    );
    expect(await typist.raw('yes')).toBe(
      'yes\r\n% Certificate request sent to Certificate Authority\r\n' +
        "% The 'show crypto pki certificate verbose TP' commandwill show the fingerprint.\r\n\r\nR15(config)#",
    );
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    const [request] = ca.requests;
    expect(request?.challenge).toBe('one-time');
    expect(request?.csr.subjectName).toMatchObject([
      [
        { type: 'serialnumber', value: '67109104', string: 'printable' },
        { type: 'unstructuredaddress', value: '192.0.2.1', string: 'printable' },
        { type: 'unstructuredname', value: 'R15.example.net', string: 'ia5' },
      ],
    ]);
    const md5 = createHash('md5')
      .update(request?.csr.der ?? '')
      .digest('hex')
      .toUpperCase();
    const log = router.state.log.join('\n');
    expect(log).toContain(`: CRYPTO_PKI:  Certificate Request Fingerprint MD5: ${groups(md5)}\n`);
    expect(log).toMatch(/%PKI-6-CERTRET: Certificate received from Certificate Authority/);
    expect(router.state.failures).toEqual([]);
  });

  it('sends the request by GET in lines of 64 columns, signed with a temporary certificate', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(
      ca,
      ...SILENT,
      `fingerprint ${ca.fingerprint('md5')}`,
      'subject-name CN=a.example,O=Example',
      'hash sha256',
    );
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(ca.seen.map(({ url }) => url.replace(/message=\w{20}.*/, 'message=...'))).toEqual([
      '/cgi-bin/pkiclient.exe?operation=GetCACert&message=TP',
      '/cgi-bin/pkiclient.exe?operation=GetCACaps&message=TP',
      '/cgi-bin/pkiclient.exe?operation=PKIOperation&message=...',
    ]);
    const last = ca.seen.at(-1);
    expect(last?.headers).toEqual(['Host', '127.0.0.1']);
    const message = last?.url.split('message=')[1] ?? '';
    const rows = message.split('%0A').map((row) => decodeURIComponent(row));
    expect(rows.at(-1)).toBe('');
    expect(new Set(rows.slice(0, -2).map((row) => row.length))).toEqual(new Set([64]));
    const [request] = ca.requests;
    const key = router.state.keys[0];
    expect(request).toMatchObject({
      digest: 'sha256',
      cipher: '3des',
      messageType: 'PKCSReq',
      renewal: false,
    });
    expect(request?.transactionId).toBe(transactionIdOf(key?.publicKey ?? new Uint8Array()));
    expect(request?.csr.subjectName.map(([part]) => `${part?.type}=${part?.value}`)).toEqual([
      'o=Example',
      'cn=a.example',
      'unstructuredname=R15.example.net',
    ]);
    expect(request?.csr.extensionRequestForm).toBe('t61');
  });

  it('stays pending until the CA grants, and shows the request meanwhile', async () => {
    let isApproved = false;
    await using ca = await TinyCa.start({
      decide: (request, tiny) => (isApproved ? tiny.grant(request) : { status: 'pending' }),
    });
    await using router = await configured(
      ca,
      ...SILENT,
      `fingerprint ${ca.fingerprint('md5')}`,
      'enrollment retry count 100',
    );
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => ca.requests.length > 2);
    await typist.line('do terminal length 0');
    await typist.line('do terminal width 0');
    expect(ca.requests.map(({ messageType }) => messageType).slice(0, 2)).toEqual(['PKCSReq', 'CertPoll']);
    const sha1 = createHash('sha1')
      .update(ca.requests[0]?.csr.der ?? '')
      .digest('hex')
      .toUpperCase();
    const listing = await typist.line('do show crypto pki certificates TP');
    expect(listing).toContain(
      '  Associated Trustpoints: TP \n\n\nCertificate\n  Subject:\n    Name: R15.example.net\n   Status: Pending\n   Key Usage: General Purpose\n',
    );
    expect(listing).toContain(
      `   Certificate Request Fingerprint SHA1: ${groups(sha1)}\n   Associated Trustpoint: TP \n`,
    );
    expect(await typist.line('do show crypto pki trustpoints TP status')).toContain(
      '  Last enrollment status: Pending\n',
    );
    isApproved = true;
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(router.state.certificates[0]?.kind).toBe('identity');
  });

  it('stops polling on no crypto pki enroll', async () => {
    await using ca = await TinyCa.start({ decide: () => ({ status: 'pending' }) });
    await using router = await configured(ca, ...SILENT, `fingerprint ${ca.fingerprint('md5')}`);
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => ca.requests.length > 1);
    expect(await typist.line('no crypto pki enroll TP')).toBe('');
    expect(router.state.trustpoints[0]?.isPending).toBe(false);
  });

  it('logs a rejection', async () => {
    await using ca = await TinyCa.start({
      decide: () => ({ status: 'rejected', failInfo: 'badRequest' }),
    });
    await using router = await configured(ca, ...SILENT, `fingerprint ${ca.fingerprint('md5')}`);
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Rejected');
    expect(router.state.log.at(-1)).toContain(
      '%PKI-6-CERTREJECT: Certificate enrollment request was rejected by Certificate Authority',
    );
  });

  it('tries again while nobody answers', async () => {
    await using ca = await TinyCa.start();
    await using router = await startRouter({
      running: ['crypto pki trustpoint TP', 'enrollment url http://127.0.0.1:1', ...SILENT],
      minuteMs: 5,
    });
    await using typist = await Typist.login(router);
    await typist.lines(
      'conf t',
      'crypto pki trustpoint TP',
      `fingerprint ${ca.fingerprint('md5')}`,
      `enrollment url ${ca.url}`,
    );
    await typist.line('crypto pki authenticate TP');
    await typist.lines('crypto pki trustpoint TP', 'enrollment url http://127.0.0.1:1');
    typist.type('crypto pki enroll TP\r');
    await typist.until(YES_NO);
    await typist.line('yes');
    await until(() => router.state.log.filter((line) => line.includes('%PKI-3-SOCKETSEND')).length > 1);
    await typist.lines('crypto pki trustpoint TP', `enrollment url ${ca.url}`);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
  });

  it('authenticates first when nobody did', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca, ...SILENT, `fingerprint ${ca.fingerprint('md5')}`);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto pki enroll TP\r');
    const heard = await typist.until(YES_NO);
    expect(heard).toContain(
      '% You must authenticate the Certificate Authority before you can enroll with it.\r\n',
    );
    expect(heard).toContain('% Attempting authentication first.\r\n');
    expect(heard).toContain('Trustpoint CA certificate accepted.\r\n');
  });

  it('makes a short key by itself when the trustpoint names none', async () => {
    await using ca = await TinyCa.start();
    const sizes: number[] = [];
    await using router = await startRouter({
      running: trustpoint(ca, ...SILENT.slice(0, 3), `fingerprint ${ca.fingerprint('md5')}`),
      keygen: (bits) => {
        sizes.push(bits);
        return Promise.resolve(smallKey());
      },
    });
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(sizes).toEqual([512]);
    expect(router.state.keys[0]?.label).toBe('R15.example.net');
    expect(router.state.log.join('\n')).toContain('%CRYPTO-6-AUTOGEN: Generated new 512 bit key pair');
  });

  it('makes a key of the size that the trustpoint says', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca, `fingerprint ${ca.fingerprint('md5')}`, ...SILENT);
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(router.state.log.join('\n')).toContain('%CRYPTO-6-AUTOGEN: Generated new 1024 bit key pair');
  });

  it('renews with the old certificate, and with a new key when told to regenerate', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(
      ca,
      ...SILENT,
      `fingerprint ${ca.fingerprint('md5')}`,
      'regenerate',
    );
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    const old = router.state.certificates[0]?.der ?? new Uint8Array();
    typist.type('crypto pki enroll TP\r');
    expect(await typist.until(YES_NO)).toContain(
      'Trustpoint TP has already enrolled and has a router cert issued to it.\r\n',
    );
    typist.type('yes\r');
    await typist.until(/from CA\? \[yes\/no\]: $/);
    await typist.line('yes');
    await until(() => ca.requests.length === 2 && router.state.trustpoints[0]?.status === 'Granted');
    expect(ca.requests[1]).toMatchObject({ messageType: 'PKCSReq', renewal: true });
    expect(Buffer.from(ca.requests[1]?.signer.der ?? []).equals(old)).toBe(true);
    const renewed = new X509Certificate(router.state.certificates[0]?.der ?? old);
    expect(renewed.publicKey.equals(new X509Certificate(old).publicKey)).toBe(false);
    const [key] = router.state.keys;
    expect(router.state.keys).toHaveLength(1);
    expect(key?.label).toBe('TP');
    expect(renewed.publicKey.export({ type: 'spki', format: 'der' }).equals(key?.publicKey ?? old)).toBe(
      true,
    );
  });

  it('renews by itself when auto-enroll says it is time, and saves by itself', async () => {
    await using ca = await TinyCa.start();
    await using router = await startRouter({
      clock: { start: new Date('2026-06-01T00:00:00Z'), authoritative: true },
      running: trustpoint(ca, ...SILENT, `fingerprint ${ca.fingerprint('md5')}`, 'auto-enroll 70'),
    });
    await using typist = await Typist.login(router);
    await enrolled(typist);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    await typist.lines('end');
    expect(await typist.line('show crypto pki timers')).toMatch(
      /^PKI Timers\n\|.*\n {2}\|.* RENEW TP\n {2}\|.* SHADOW TP\n$/,
    );
    expect(await typist.line('write memory')).toContain('[OK]');
    await typist.line('clock set 12:00:00 1 Dec 2026');
    await until(() => ca.requests.length === 2);
    await until(() => router.state.log.some((line) => line.includes('%PKI-6-AUTOSAVE')));
    expect(ca.requests[1]?.renewal).toBe(true);
  });
});
