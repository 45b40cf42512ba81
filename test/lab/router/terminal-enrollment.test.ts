import { createHash, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import type { RouterOptions } from '../../../src/lab/router/options.ts';
import { parseCertificationRequest } from '../../../src/scep/index.ts';
import { Console } from './console.ts';
import { PaperCa, pem, requestIn } from './paper-ca.ts';

const CA_PASTE = `
Enter the base 64 encoded CA certificate.
End with a blank line or the word "quit" on a line by itself

`;
const CERTIFICATE_PASTE = CA_PASTE.replace('CA certificate', 'certificate');
const PASTE = /itself\r\n\r\n$/;
const REDISPLAY = /Redisplay enrollment request\? \[yes\/no\]: $/;
const SILENT = ['serial-number none', 'ip-address none', 'rsakeypair TP 1024'];

function open(
  options: Partial<RouterOptions> = {},
  lines: readonly string[] = ['enrollment terminal', ...SILENT],
): Promise<Console> {
  return Console.configured(options, 'crypto pki trustpoint TP', ...lines, 'exit');
}

/** Leaves the CA accepted and the request printed. */
async function requested(console: Console, ca: PaperCa): Promise<string> {
  await authenticated(console, ca);
  await console.ask('crypto pki enroll TP');
  const printed = await console.ask('yes', REDISPLAY);
  await console.line('no');
  return printed;
}

async function authenticated(console: Console, ca: PaperCa): Promise<void> {
  await console.ask('crypto pki authenticate TP', PASTE);
  await console.paste(ca.pem, 'quit', /\]: $/);
  await console.line('yes');
}

const groups = (hash: string, der: Uint8Array): string =>
  createHash(hash).update(der).digest('hex').toUpperCase().replace(/.{8}/g, '$& ');

describe('crypto pki authenticate with enrollment terminal', () => {
  it('asks for the CA certificate, shows its fingerprints, and keeps it on yes', async () => {
    const ca = new PaperCa();
    using console = await open();
    expect(await console.ask('crypto pki authenticate TP', PASTE)).toBe(CA_PASTE);
    expect(await console.paste(ca.pem, '', /\]: $/)).toBe(
      'Certificate has the following attributes:\n' +
        `       Fingerprint MD5: ${groups('md5', ca.certificate)}\n` +
        `      Fingerprint SHA1: ${groups('sha1', ca.certificate)}\n\n` +
        '% Do you accept this certificate? [yes/no]: ',
    );
    expect(await console.line('yes')).toBe(
      'Trustpoint CA certificate accepted.\n% Certificate successfully imported\n\n',
    );
    expect(console.router.trustpoints.get('TP')?.ca?.certificate.der).toEqual(ca.certificate);
    expect(await console.line('do show running-config | section crypto pki trustpoint')).toContain(
      '\n enrollment terminal\n',
    );
  });

  it('takes base64 without boundaries up to quit, and asks nothing when the pin matches', async () => {
    const ca = new PaperCa();
    const pin = createHash('sha1').update(ca.certificate).digest('hex');
    using console = await open({}, ['enrollment terminal', `fingerprint ${pin}`]);
    await console.ask('crypto pki authenticate TP', PASTE);
    const bare = ca.pem.split('\n').slice(1, -2).join('\n');
    expect(await console.paste(bare, 'quit')).toMatch(
      /fingerprints matched\.\nTrustpoint CA certificate accepted\.\n% Certificate successfully imported\n\n$/,
    );
  });

  it.each([
    ['what is no base64', 'hello, world'],
    ['what is no certificate', 'TUlJQg=='],
    ['half a certificate', new PaperCa().pem.split('\n').slice(0, 6).join('\n')],
  ])('saves nothing of %s', async (_what, text) => {
    using console = await open();
    await console.ask('crypto pki authenticate TP', PASTE);
    expect(await console.paste(text, 'quit')).toBe('% Error in saving certificate: status = FAIL\n\n');
    expect(console.router.trustpoints.get('TP')?.ca).toBeUndefined();
  });

  it('takes a CA below another only where its trustpoint continues with the other', async () => {
    const root = new PaperCa();
    const issuing = new PaperCa('CN=Issuing CA,O=Example', root);
    using console = await open();
    await console.ask('crypto pki authenticate TP', PASTE);
    await console.paste(issuing.pem, 'quit', /\]: $/);
    expect(await console.line('yes')).toBe('% Error in saving certificate: status = FAIL\n\n');
    for (const line of ['crypto pki trustpoint ROOT', 'enrollment terminal', 'exit'])
      await console.line(line);
    await console.ask('crypto pki authenticate ROOT', PASTE);
    await console.paste(root.pem, 'quit', /\]: $/);
    await console.line('yes');
    for (const line of ['crypto pki trustpoint TP', 'chain-validation continue ROOT', 'exit'])
      await console.line(line);
    await console.ask('crypto pki authenticate TP', PASTE);
    expect(await console.paste(issuing.pem, 'quit')).toMatch(
      /\nCertificate validated - Signed by existing trustpoint CA certificate\.\nTrustpoint CA certificate accepted\.\n/,
    );
  });

  it.each([
    [
      '15.7',
      '% Enter PEM-formatted CA certificate.\n% End with a blank line or "quit" on a line by itself.\n',
    ],
    ['17.9', CA_PASTE],
  ] as const)('asks in the words of %s with pem', async (release, words) => {
    using console = await open({ release }, ['enrollment terminal pem']);
    expect(await console.ask('crypto pki authenticate TP', /itself\.?\r\n(?:\r\n)?$/)).toBe(words);
  });
});

describe('crypto pki enroll with enrollment terminal', () => {
  it('asks what is open, prints the request, and again as often as wanted', async () => {
    using console = await open({}, ['enrollment terminal', 'rsakeypair TP 1024', 'subject-name cn=a,c=DE']);
    expect(await console.ask('crypto pki enroll TP')).toBe(
      '% Start certificate enrollment .. \n\n' +
        '% The subject name in the certificate will include: cn=a,c=DE\n' +
        '% The subject name in the certificate will include: R15.example.net\n' +
        '% Include the router serial number in the subject name? [yes/no]: ',
    );
    expect(await console.ask('no')).toBe('% Include an IP address in the subject name? [no]: ');
    expect(await console.ask('no')).toBe('Display Certificate Request to terminal? [yes/no]: ');
    const printed = await console.ask('yes', REDISPLAY);
    expect(printed).toMatch(
      /^Certificate Request follows:\n\n(?:[A-Za-z0-9+/=]{1,64}\n)+\n---End - This line not part of the certificate request---\n\nRedisplay/,
    );
    expect(await console.ask('yes', REDISPLAY)).toBe(printed);
    expect(await console.line('no')).toBe('');
    const request = parseCertificationRequest(requestIn(printed));
    expect(request.publicKey).toEqual(console.router.keys.get('TP')?.publicKey);
    expect(await console.line('do show crypto pki certificates TP')).toContain(
      `   Certificate Request Fingerprint MD5: ${groups('md5', request.der)}\n`,
    );
  });

  it('puts the request between PEM boundaries when told', async () => {
    using console = await open({}, ['enrollment terminal pem', ...SILENT]);
    await console.ask('crypto pki enroll TP');
    expect(await console.ask('yes', REDISPLAY)).toMatch(
      /follows:\n\n-----BEGIN CERTIFICATE REQUEST-----\n[^-]+\n-----END CERTIFICATE REQUEST-----\n\n---End - This/,
    );
  });

  it('knows no pem before 12.3(4)T', async () => {
    using console = await Console.configured({ release: '12.2' }, 'crypto ca trustpoint TP');
    expect(await console.line('enrollment terminal pem')).toContain('% Invalid input');
    expect(await console.line('enrollment terminal')).toBe('');
  });

  it('makes nothing on no', async () => {
    using console = await open();
    await console.ask('crypto pki enroll TP');
    expect(await console.line('no')).toBe('');
    expect(console.router.trustpoints.get('TP')?.request).toBeUndefined();
    expect(console.router.keys.all).toEqual([]);
  });
});

describe('crypto pki import certificate', () => {
  it('takes the certificate of the request', async () => {
    const ca = new PaperCa();
    using console = await open();
    const der = ca.issue(await requested(console, ca));
    expect(await console.ask('crypto pki import TP certificate', PASTE)).toBe(CERTIFICATE_PASTE);
    expect(await console.paste(pem('CERTIFICATE', der), 'quit')).toBe(
      '% Router Certificate successfully imported\n\n',
    );
    const { identity, request, status } = console.router.trustpoints.get('TP') ?? {};
    expect(
      new X509Certificate(identity?.certificate.der ?? '').checkIssued(new X509Certificate(ca.certificate)),
    ).toBe(true);
    expect({ request, status, keyLabel: identity?.keyLabel }).toEqual({
      request: undefined,
      status: 'Granted',
      keyLabel: 'TP',
    });
    expect(await console.line('do show crypto pki certificates TP')).toMatch(
      /^Certificate\n {2}Status: Available\n[\s\S]*\nCA Certificate\n/,
    );
  });

  it('refuses the certificate of another key, and says so in the log', async () => {
    const ca = new PaperCa();
    using console = await open();
    using other = await open();
    await requested(console, ca);
    const der = ca.issue(await requested(other, ca));
    await console.ask('crypto pki import TP certificate', PASTE);
    expect(await console.paste(pem('CERTIFICATE', der), 'quit')).toBe(
      '% Failed to parse or verify imported certificate\n\n',
    );
    expect(console.router.trustpoints.get('TP')?.identity).toBeUndefined();
    expect(console.router.syslog.lines.join('\n')).toContain(
      '%PKI-3-KEY_CMP_MISMATCH: Key in the certificate and stored key does not match for Trustpoint-TP.',
    );
  });

  it('refuses the certificate of another CA, one that ended, and a damaged paste', async () => {
    const ca = new PaperCa();
    using console = await open();
    const printed = await requested(console, ca);
    const good = pem('CERTIFICATE', ca.issue(printed));
    const bad = [
      pem('CERTIFICATE', new PaperCa().issue(printed)),
      pem('CERTIFICATE', ca.issue(printed, -1)),
      good.split('\n').toSpliced(3, 1).join('\n'),
    ];
    for (const text of bad) {
      await console.ask('crypto pki import TP certificate', PASTE);
      expect(await console.paste(text, 'quit')).toBe('% Failed to parse or verify imported certificate\n\n');
    }
    await console.ask('crypto pki import TP certificate', PASTE);
    expect(await console.paste(good, '')).toContain('successfully imported');
  });

  it('keeps the key in use until a certificate for a regenerated one comes', async () => {
    const ca = new PaperCa();
    using console = await open({}, ['enrollment terminal', ...SILENT, 'regenerate']);
    const first = ca.issue(await requested(console, ca));
    await console.ask('crypto pki import TP certificate', PASTE);
    await console.paste(pem('CERTIFICATE', first), 'quit');
    const before = console.router.keys.get('TP')?.publicKey;
    expect(await console.ask('crypto pki enroll TP')).toContain(
      'Do you want to continue with re-enrollment?',
    );
    await console.ask('yes');
    const printed = await console.ask('yes', REDISPLAY);
    await console.line('no');
    expect(console.router.keys.get('TP')?.publicKey).toEqual(before);
    await console.ask('crypto pki import TP certificate', PASTE);
    await console.paste(pem('CERTIFICATE', ca.issue(printed)), 'quit');
    const { publicKey } = parseCertificationRequest(requestIn(printed));
    expect(publicKey).not.toEqual(before);
    expect(console.router.keys.all.map((key) => [key.label, key.publicKey])).toEqual([['TP', publicKey]]);
  });
});

describe('drops-fast-paste', () => {
  it('loses what is dumped at once, and nothing of what comes line by line', async () => {
    const ca = new PaperCa();
    using console = await open({ faults: ['drops-fast-paste'] });
    await console.ask('crypto pki authenticate TP', PASTE);
    console.dump(`${ca.pem.trimEnd().replaceAll('\n', '\r')}\rquit\r`);
    const echoed = await console.until(/(?:[A-Za-z0-9+/]{64}\r\n){3}/);
    expect(echoed).toContain('-----BEGIN CERTIFICATE-----\n');
    console.type('\r');
    await console.line('');
    expect(console.router.trustpoints.get('TP')?.ca).toBeUndefined();
    await console.ask('crypto pki authenticate TP', PASTE);
    for (const line of [...ca.pem.trimEnd().split('\n'), 'quit']) {
      console.type(`${line}\r`);
      await console.until(/\r\n/);
    }
    await console.until(/\]: $/);
    expect(await console.line('yes')).toContain('% Certificate successfully imported');
  });
});

describe('a paste in the middle of log lines', () => {
  it('arrives whole', async () => {
    const ca = new PaperCa();
    using console = await Console.configured(
      { faults: ['syslog-storm'] },
      'crypto pki trustpoint TP',
      'enrollment terminal',
    );
    console.type('crypto pki authenticate TP\r');
    await console.until(/itself\r\n/);
    for (const line of [...ca.pem.trimEnd().split('\n'), 'quit']) console.type(`${line}\r`);
    await console.until(/Do you accept this certificate\? \[yes\/no\]: /);
    console.type('yes\r');
    await console.until(/% Certificate successfully imported/);
    expect(console.router.trustpoints.get('TP')?.ca?.certificate.der).toEqual(ca.certificate);
  });

  it('is given up with Ctrl-C', async () => {
    using console = await open();
    await console.ask('crypto pki authenticate TP', PASTE);
    console.type('TUlJQg==\r\x03');
    expect(await console.until(/R15\(config\)#$/)).toContain('^C');
    expect(await console.line('')).toBe('');
    expect(console.router.trustpoints.get('TP')?.ca).toBeUndefined();
  });
});
