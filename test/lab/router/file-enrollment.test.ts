import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { LabAuthority } from '../../../src/lab/ca/authority.ts';
import type { RouterOptions } from '../../../src/lab/router/options.ts';
import type { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { LabTftpServer } from '../../../src/lab/tftp-server.ts';
import { keyUsageOf, parseCertificationRequest } from '../../../src/scep/index.ts';
import { Typist } from './typist.ts';
import { startRouter } from './world.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const SILENT = ['serial-number none', 'ip-address none'];

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lab-tftp-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function authority(parent?: LabAuthority): Promise<LabAuthority> {
  const below = parent === undefined ? {} : { parent };
  return LabAuthority.create({
    name: 'CN=Desk CA,O=Example',
    withRa: false,
    now: NOW,
    keyBits: 1024,
    ...below,
  });
}

/** What the CA's operator does with a request that he finds in a file. */
function issue(ca: LabAuthority, file: Uint8Array): Uint8Array {
  const text = Buffer.from(file).toString('latin1');
  const base64 = text.replace(/-----.*-----/g, '').replace(/\s+/g, '');
  return ca.grant(
    parseCertificationRequest(new Uint8Array(Buffer.from(base64, 'base64'))),
    { notBefore: NOW, notAfter: new Date('2027-06-01') },
    { challenge: undefined, transactionId: '', renewal: false },
  );
}

function start(lines: readonly string[], options: Partial<RouterOptions> = {}): Promise<VirtualRouter> {
  return startRouter({
    hostname: 'br-1',
    clock: { start: NOW, authoritative: true },
    running: ['crypto pki trustpoint TP', ...SILENT, ...lines],
    ...options,
  });
}

async function toConfig(router: VirtualRouter): Promise<Typist> {
  const typist = await Typist.login(router);
  await typist.line('terminal width 0');
  await typist.line('configure terminal');
  return typist;
}

const YES_NO = /\[yes\/no\]: $/;

describe('enrollment url tftp:', () => {
  it('fetches the CA certificate, writes the request and fetches the certificate', async () => {
    await using tftp = await LabTftpServer.start({ directory });
    const ca = await authority();
    await writeFile(path.join(directory, 'br-1.ca'), ca.ca.certificate);
    await using router = await start([
      `enrollment url tftp://127.0.0.1:${tftp.port}/br-1`,
      'rsakeypair TP 1024',
    ]);
    await using typist = await toConfig(router);
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(YES_NO)).toMatch(
      /^crypto pki authenticate TP\r\nLoading br-1\.ca from 127\.0\.0\.1 \(via GigabitEthernet0\/0\): !\r\n\[OK - \d+ bytes\]\r\n\r\nCertificate has the following attributes:\r\n {7}Fingerprint MD5: /,
    );
    expect(await typist.line('yes')).toBe('Trustpoint CA certificate accepted.\n');
    typist.type('crypto pki enroll TP\r');
    expect(await typist.until(YES_NO)).toBe(
      'crypto pki enroll TP\r\n% Start certificate enrollment .. \r\n\r\n' +
        '% The subject name in the certificate will include: br-1.example.net\r\n' +
        'Send Certificate Request to file system? [yes/no]: ',
    );
    expect(await typist.line('yes')).toBe('!Writing br-1.req !\n\n');
    expect(router.state.trustpoints[0]?.isPending).toBe(true);
    const request = await readFile(path.join(directory, 'br-1.req'));
    expect(request.toString()).toMatch(/^[A-Za-z0-9+/]{64}\n/);
    await writeFile(path.join(directory, 'br-1.crt'), issue(ca, request));
    expect(await typist.line('crypto pki import TP certificate')).toMatch(
      /^Loading br-1\.crt from 127\.0\.0\.1 [\s\S]*\n% Router Certificate successfully imported\n\n$/,
    );
    expect(router.state.trustpoints[0]?.status).toBe('Granted');
    expect(router.state.running).toContain(` enrollment url tftp://127.0.0.1:${tftp.port}/br-1\n`);
    expect(tftp.transfers.map(({ kind, file }) => `${kind} ${file}`)).toEqual([
      'read br-1.ca',
      'write br-1.req',
      'read br-1.crt',
    ]);
  });

  it('sends one request and fetches one certificate for each of a pair of usage keys, in PEM where it is told', async () => {
    await using tftp = await LabTftpServer.start({ directory });
    const ca = await authority();
    const pem = Buffer.from(ca.ca.certificate).toString('base64').replace(/.{64}/g, '$&\n');
    await writeFile(
      path.join(directory, 'br-1.example.net.ca'),
      `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    );
    await using router = await start(
      [
        'enrollment url tftp://192.0.2.9/ pem',
        `fingerprint ${ca.fingerprint('md5')}`,
        'rsakeypair TP 1024 1024',
      ],
      { dial: ({ host, port }) => (port === 69 ? { host: '127.0.0.1', port: tftp.port } : { host, port }) },
    );
    await using typist = await toConfig(router);
    expect(await typist.line('crypto pki authenticate TP')).toContain('fingerprints matched.');
    typist.type('crypto pki enroll TP\r');
    await typist.until(YES_NO);
    expect(await typist.line('yes')).toBe(
      '!Writing br-1.example.net-sign.req !\n!Writing br-1.example.net-encr.req !\n\n',
    );
    for (const half of ['sign', 'encr'] as const) {
      const request = await readFile(path.join(directory, `br-1.example.net-${half}.req`));
      expect(request.toString()).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
      const der = issue(ca, request);
      await writeFile(path.join(directory, `br-1.example.net-${half}.crt`), der);
    }
    expect(ca.issued.map(({ request }) => keyUsageOf(parseCertificationRequest(request).extensions))).toEqual(
      [['digitalSignature'], ['keyEncipherment']],
    );
    const said = await typist.line('crypto pki import TP certificate');
    expect(said.match(/successfully imported/g)).toHaveLength(2);
    expect(router.state.trustpoints[0]?.status).toBe('Granted');
  });

  it('says what is not there, and what cannot be written', async () => {
    await using tftp = await LabTftpServer.start({ directory, overwritesOnly: true });
    await using router = await start([
      `enrollment url tftp://127.0.0.1:${tftp.port}/br-1`,
      'rsakeypair TP 1024',
    ]);
    await using typist = await toConfig(router);
    expect(await typist.line('crypto pki authenticate TP')).toBe(
      '%Error opening tftp://127.0.0.1/br-1.ca (No such file or directory)\n' +
        '% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0\n\n',
    );
    await writeFile(path.join(directory, 'br-1.ca'), (await authority()).ca.certificate);
    typist.type('crypto pki authenticate TP\r');
    await typist.until(YES_NO);
    await typist.line('yes');
    typist.type('crypto pki enroll TP\r');
    await typist.until(YES_NO);
    expect(await typist.line('yes')).toBe(
      '%Error opening tftp://127.0.0.1/br-1.req (No such file or directory)\n',
    );
    expect(router.state.trustpoints[0]?.isPending).toBe(false);
    expect(await typist.line('crypto pki import TP certificate')).toBe(
      '%Error opening tftp://127.0.0.1/br-1.crt (No such file or directory)\n' +
        '% Failed to parse or verify imported certificate\n\n',
    );
    await writeFile(path.join(directory, 'br-1.crt'), 'no certificate');
    expect(await typist.line('crypto pki import TP certificate')).toContain('% Failed to parse or verify');
  });

  it('gives up on a server that does not answer', async () => {
    await using tftp = await LabTftpServer.start({ directory });
    const { port } = tftp;
    await tftp.close();
    await using router = await start([`enrollment url tftp://127.0.0.1:${port}/br-1`]);
    await using typist = await toConfig(router);
    expect(await typist.line('crypto pki authenticate TP')).toContain(
      '%Error opening tftp://127.0.0.1/br-1.ca (',
    );
  });

  it('asks for host and names where it is a router that does', async () => {
    await using tftp = await LabTftpServer.start({ directory });
    const ca = await authority();
    await writeFile(path.join(directory, 'other.ca'), ca.ca.certificate);
    await using router = await start(
      [`enrollment url tftp://127.0.0.1:${tftp.port}/br-1`, 'rsakeypair TP 1024'],
      { fileQuestions: true },
    );
    await using typist = await toConfig(router);
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(/\? $/)).toContain('Address or name of remote host [127.0.0.1]? ');
    typist.type('\r');
    expect(await typist.until(/\? $/)).toBe('\r\nSource filename [br-1.ca]? ');
    typist.type('other.ca\r');
    expect(await typist.until(YES_NO)).toContain('Loading other.ca from 127.0.0.1');
    await typist.line('yes');
    typist.type('crypto pki enroll TP\r');
    expect(await typist.until(YES_NO)).toContain('Display Certificate Request to terminal? [yes/no]: ');
    typist.type('no\r');
    expect(await typist.until(YES_NO)).toContain('Send Certificate Request to file system? [yes/no]: ');
    typist.type('yes\r');
    for (const wanted of [
      'Address or name of remote host [127.0.0.1]? ',
      'Destination filename [br-1.req]? ',
    ]) {
      expect(await typist.until(/\? $/)).toContain(wanted);
      typist.type('\r');
    }
    expect(await typist.until(/#$/)).toContain('!Writing br-1.req !');
  });
});

describe('enrollment url flash:', () => {
  it('works with the files of the router', async () => {
    const ca = await authority();
    await using router = await start(['enrollment url flash:pki/br-1 pem', 'rsakeypair TP 1024'], {
      files: { 'flash:pki/br-1.ca': ca.ca.certificate },
    });
    await using typist = await toConfig(router);
    typist.type('crypto pki authenticate TP\r');
    expect(await typist.until(YES_NO)).toContain('Reading file from flash:pki/br-1.ca\r\n');
    await typist.line('yes');
    typist.type('crypto pki enroll TP\r');
    await typist.until(YES_NO);
    expect(await typist.line('yes')).toBe('Writing file to flash:pki/br-1.req\n\n');
    router.files.set(
      'flash:pki/br-1.crt',
      issue(ca, router.files.get('flash:pki/br-1.req') ?? new Uint8Array()),
    );
    expect(await typist.line('crypto pki import TP certificate')).toContain('successfully imported');
  });

  it('needs the parent of a CA below another one', async () => {
    const root = await authority();
    const ca = await authority(root);
    await using router = await start(['enrollment url flash:br-1'], {
      files: { 'flash:br-1.ca': ca.ca.certificate },
    });
    await using typist = await toConfig(router);
    typist.type('crypto pki authenticate TP\r');
    await typist.until(YES_NO);
    expect(await typist.line('yes')).toBe('% Error in saving certificate: status = FAIL\n\n');
  });

  it('is not known to 12.2, which knows TFTP alone', async () => {
    await using router = await startRouter({ release: '12.2', running: ['crypto ca trustpoint TP'] });
    await using typist = await toConfig(router);
    await typist.line('crypto ca trustpoint TP');
    expect(await typist.line('enrollment url flash:br-1')).toContain('% Invalid input detected');
    expect(await typist.line('enrollment url tftp://192.0.2.9/br-1')).toBe('');
  });
});
