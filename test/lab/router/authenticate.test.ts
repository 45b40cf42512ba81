import { describe, expect, it } from 'vitest';

import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { Typist } from './typist.ts';
import { startRouter, TinyCa } from './world.ts';

const YES_NO = /\[yes\/no\]: $/;

async function configured(ca: TinyCa, ...lines: readonly string[]): Promise<VirtualRouter> {
  return startRouter({ running: ['crypto pki trustpoint TP', `enrollment url ${ca.url}`, ...lines] });
}

const groups = (hex: string): string => hex.replace(/.{8}/g, '$& ');

describe('crypto pki authenticate', () => {
  it('shows the fingerprints of the CA certificate and accepts it on yes', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(YES_NO)).toBe(
      'crypto pki authenticate TP\r\nCertificate has the following attributes:\r\n' +
        `       Fingerprint MD5: ${groups(ca.fingerprint('md5'))}\r\n` +
        `      Fingerprint SHA1: ${groups(ca.fingerprint('sha1'))}\r\n\r\n` +
        '% Do you accept this certificate? [yes/no]: ',
    );
    expect(await typist.raw('yes')).toBe('yes\r\nTrustpoint CA certificate accepted.\r\nR15(config)#');
    expect(router.state.certificates).toEqual([{ trustpoint: 'TP', kind: 'ca', der: ca.certificate }]);
    expect(ca.seen).toEqual([
      {
        url: '/cgi-bin/pkiclient.exe?operation=GetCACert&message=TP',
        httpVersion: '1.0',
        headers: ['User-Agent', 'Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)', 'Host', '127.0.0.1'],
      },
    ]);
  });

  it('keeps nothing on no', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto pki authenticate TP\r');
    await typist.until(YES_NO);
    expect(await typist.line('no')).not.toContain('accepted.\n\n');
    expect(router.state.certificates).toEqual([]);
  });

  it('asks nothing when the pinned fingerprint matches', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca, `fingerprint ${ca.fingerprint('sha1')}`);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    expect(await typist.line('crypto pki authenticate TP')).toContain(
      `\nTrustpoint Fingerprint: ${groups(ca.fingerprint('sha1'))}\n` +
        'Certificate validated - fingerprints matched.\nTrustpoint CA certificate accepted.\n',
    );
    expect(await typist.line('crypto pki authenticate TP')).toContain(
      '% Please delete your existing CA certificate first.\n',
    );
  });

  it('rejects another certificate than the pinned one', async () => {
    await using ca = await TinyCa.start();
    await using router = await configured(ca, `fingerprint ${'0'.repeat(32)}`);
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    const said = await typist.line('crypto pki authenticate TP');
    expect(said).not.toContain('accepted');
    expect(said).toContain('% Error in saving certificate: status = FAIL\n');
    expect(router.state.certificates).toEqual([]);
  });

  it('tells the CA from its registration authority, and appends to the path of the URL', async () => {
    await using ca = await TinyCa.start({ withRas: true });
    await using router = await startRouter({
      running: ['crypto pki trustpoint TP', `enrollment url ${ca.url}/certsrv/mscep/mscep.dll`],
    });
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(YES_NO)).toContain(`Fingerprint MD5: ${groups(ca.fingerprint('md5'))}\r\n`);
    await typist.line('yes');
    expect(router.state.certificates.map(({ kind }) => kind)).toEqual(['ca', 'ra']);
    expect(ca.seen[0]?.url).toBe('/certsrv/mscep/mscep.dll/pkiclient.exe?operation=GetCACert&message=TP');
  });

  it('has one text for every failure', async () => {
    await using router = await startRouter({
      running: ['crypto pki trustpoint TP', 'enrollment url http://127.0.0.1:1'],
    });
    await using typist = await Typist.login(router);
    await typist.lines('terminal width 0', 'conf t');
    expect(await typist.line('crypto pki authenticate TP')).toBe(
      '% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0\n\n',
    );
    expect(router.state.log.join('\n')).toContain(
      '%PKI-3-SOCKETSEND: Failed to send out message to CA server.',
    );
    expect(await typist.line('crypto pki authenticate NONE')).toBe(
      "% Certificate Authority (trustpoint) 'NONE' is unknown\n",
    );
  });
});
