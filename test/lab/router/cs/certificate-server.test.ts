import { describe, expect, it } from 'vitest';

import { LabCa } from '../../../../src/lab/ca/lab-ca.ts';
import type { PresetServer } from '../../../../src/lab/router/options.ts';
import type { VirtualRouter } from '../../../../src/lab/router/virtual-router.ts';
import {
  certificationRequest,
  encodeName,
  isIssuedBy,
  nameFromText,
  parseCertificate,
  publicKeyInfo,
} from '../../../../src/scep/index.ts';
import { Typist } from '../typist.ts';
import { smallKey, startRouter, until } from '../world.ts';

const CLOCK = { start: new Date('2026-06-01T00:00:00Z'), authoritative: true } as const;
const SILENT = ['serial-number none', 'ip-address none', 'rsakeypair TP 1024'];

function hub(server: Partial<PresetServer> = {}): Promise<VirtualRouter> {
  return startRouter({
    hostname: 'hub-1',
    clock: CLOCK,
    certificateServer: { name: 'CS', lines: ['issuer-name cn=Hub CA,o=Example'], ...server },
  });
}

function branch(url: string, ...lines: readonly string[]): Promise<VirtualRouter> {
  return startRouter({
    hostname: 'br-1',
    clock: CLOCK,
    running: ['crypto pki trustpoint TP', `enrollment url ${url}`, ...SILENT, ...lines],
  });
}

/** Authenticates and asks for a certificate with that challenge. */
async function enroll(typist: Typist, challenge: string): Promise<void> {
  await typist.line('configure terminal');
  typist.type('crypto pki authenticate TP\r');
  await typist.until(/\[yes\/no\]: $/);
  await typist.line('yes');
  typist.type('crypto pki enroll TP\r');
  for (const answer of [challenge, challenge]) {
    await typist.until(/password: $/i);
    typist.type(`${answer}\r`);
  }
  await typist.until(/from CA\? \[yes\/no\]: $/);
  await typist.line('yes');
}

function certificateOf(router: VirtualRouter) {
  const held = router.state.certificates.find(({ kind }) => kind === 'identity');
  return parseCertificate(held?.der ?? new Uint8Array());
}

const TABLES = (rows: string): string =>
  `Enrollment Request Database:

Subordinate CA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

RA certificate requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------

Router certificates requests:
ReqID  State      Fingerprint                      SubjectName
--------------------------------------------------------------
${rows}
`;

describe('a router that is a CA', () => {
  it('lets a request wait, shows it with the fingerprint the branch printed, and grants exactly that one', async () => {
    await using cs = await hub();
    await using router = await branch(cs.serverUrl, 'enrollment retry count 100');
    await using typist = await Typist.login(router);
    await enroll(typist, '');
    await until(() => router.state.trustpoints[0]?.isPending === true);
    await using operator = await Typist.login(cs);
    await operator.line('terminal width 0');
    await until(() => cs.certificateServer('CS').requests.all.length === 1);
    const shown = await operator.line('crypto pki server CS info requests');
    const printed = /Fingerprint MD5: ([0-9A-F ]+)/
      .exec(router.state.log.join('\n'))?.[1]
      ?.replaceAll(' ', '');
    expect(printed).toMatch(/^[0-9A-F]{32}$/);
    expect(shown).toBe(TABLES(`1      pending    ${printed} hostname=br-1.example.net\n`));
    expect(await operator.line('show crypto pki server CS requests')).toBe(shown);
    expect(await operator.line('crypto pki server CS grant 1')).toBe('');
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(await operator.line('show crypto pki server CS requests')).toContain(
      `1      granted    ${printed} `,
    );
    const ca = parseCertificate(cs.certificateServer('CS').caCertificate ?? new Uint8Array());
    expect(isIssuedBy(certificateOf(router), ca)).toBe(true);
    expect(certificateOf(router).serial).toBe('02');
  });

  it('grants at once what brings the one-time password, once', async () => {
    await using cs = await hub();
    await using operator = await Typist.login(cs);
    const said = await operator.line('crypto pki server CS password generate 30');
    const [password = ''] = /[0-9A-F]{16}/.exec(said) ?? [];
    expect(said).toContain(password);
    await using router = await branch(cs.serverUrl);
    await using typist = await Typist.login(router);
    await enroll(typist, password);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    await using other = await branch(cs.serverUrl);
    await using second = await Typist.login(other);
    await enroll(second, password);
    await until(() => cs.certificateServer('CS').requests.all.length === 2);
    expect(cs.certificateServer('CS').requests.all.map(({ state }) => state)).toEqual(['pending', 'granted']);
  });

  it('takes the latest password only, and none that is too old', async () => {
    let minutes = 0;
    await using cs = await startRouter({
      clock: { start: 'system', authoritative: true },
      now: () => new Date(Date.UTC(2026, 5, 1, 0, minutes)),
      certificateServer: { name: 'CS' },
    });
    const server = cs.certificateServer('CS');
    const [first, second] = [server.generatePassword(60), server.generatePassword(60)];
    expect(server.redeem(first)).toBe(false);
    expect(server.redeem(second)).toBe(true);
    expect(server.redeem(second)).toBe(false);
    const third = server.generatePassword(30);
    minutes = 31;
    expect(server.redeem(third)).toBe(false);
  });

  it('rejects and removes what its operator says', async () => {
    await using cs = await hub();
    await using router = await branch(cs.serverUrl, 'enrollment retry count 100');
    await using typist = await Typist.login(router);
    await enroll(typist, '');
    await until(() => cs.certificateServer('CS').requests.all.length === 1);
    await using operator = await Typist.login(cs);
    expect(await operator.line('crypto pki server CS reject all')).toBe('');
    await until(() => router.state.trustpoints[0]?.status === 'Rejected');
    expect(router.state.log.join('\n')).toContain('%PKI-6-CERTREJECT: ');
    expect(await operator.line('crypto pki server CS remove 1')).toBe('');
    expect(await operator.line('show crypto pki server CS requests')).toBe(TABLES(''));
    expect(await operator.line('crypto pki server CS grant 1')).toContain('%');
    expect(await operator.line('crypto pki server OTHER grant all')).toBe(
      "% Certificate server 'OTHER' is not known.\n",
    );
  });

  it('refuses whatever its operator wants refused: grant none, and wrong passwords where it is told so', async () => {
    await using none = await hub({ lines: ['grant none'] });
    await using strict = await hub({ wrongPassword: 'rejected' });
    for (const cs of [none, strict]) {
      await using router = await branch(cs.serverUrl);
      await using typist = await Typist.login(router);
      await enroll(typist, 'wrong');
      await until(() => router.state.trustpoints[0]?.status === 'Rejected');
    }
  });

  it('shows its state', async () => {
    await using cs = await hub({
      lines: ['issuer-name cn=Hub CA,o=Example', 'grant auto', 'database level complete'],
    });
    await using operator = await Typist.login(cs);
    const fingerprint = /CA cert fingerprint: ((?:[0-9A-F]{8} ?){4})\n/.exec(
      await operator.line('show crypto pki server'),
    )?.[1];
    expect(await operator.line('show crypto pki server CS')).toMatch(
      new RegExp(
        `^Certificate Server CS:
    Status: enabled
    State: enabled
    Server's configuration is locked {2}\\(enter "shut" to unlock it\\)
    Issuer name: cn=Hub CA,o=Example
    CA cert fingerprint: ${fingerprint}
    Granting mode is: auto
    Last certificate issued serial number \\(hex\\): 1
    CA certificate expiration timer: 00:00:0\\d UTC May 31 2029
    CRL NextUpdate timer: 06:00:0\\d UTC Jun 1 2026
    Current primary storage dir: nvram:
    Database Level: Complete - all issued certs written as <serialnum>.cer
`,
      ),
    );
    expect(cs.state.running).toContain(
      'crypto pki server CS\n issuer-name cn=Hub CA,o=Example\n grant auto\n database level complete\n!\n' +
        'crypto pki trustpoint CS\n revocation-check crl\n rsakeypair CS\n!\n',
    );
    expect(await operator.line('show crypto pki server CS crl')).toContain('    Number of CRL entries: 0\n');
  });

  it('is set up, shut and taken away in the dialogues of a router', async () => {
    await using router = await startRouter({ hostname: 'R12CA', clock: CLOCK, http: { port: 0 } });
    await using operator = await Typist.login(router);
    await operator.lines(
      'conf t',
      'ip http server',
      'crypto pki server R12CA',
      'grant auto',
      'issuer-name CN=R12',
    );
    await operator.line('do terminal width 0');
    operator.type('no shut\r');
    expect(await operator.until(/Password: $/)).toBe(
      'no shut\r\n%Some server settings cannot be changed after CA certificate generation.\r\n' +
        '% Please enter a passphrase to protect the private key\r\n% or type Return to exit\r\nPassword: ',
    );
    operator.type('\r');
    expect(await operator.until('#')).toContain('% Aborted.');
    operator.type('no shut\r');
    await operator.until(/Password: $/);
    operator.type('secret12\r');
    expect(await operator.until(/: $/)).toBe('\r\n\r\nRe-enter password: ');
    operator.type('secret12\r');
    expect(await operator.until('#')).toContain(
      '\r\n\r\n% Generating 1024 bit RSA keys, keys will be non-exportable...',
    );
    expect(await operator.line('show')).toContain(
      ' serial-number 0x1\n database level minimum\n no database archive\n issuer-name CN=R12\n lifetime crl 168\n',
    );
    expect(await operator.line('grant none')).toContain(
      '% The CS config is locked because it is busy or enabled.',
    );
    expect(await operator.line('shut')).toBe(
      "Certificate server 'shut' event has been queued for processing.\n",
    );
    expect(router.state.running).toContain(' grant auto\n issuer-name CN=R12\n shutdown\n!');
    expect(await operator.line('no shutdown')).toBe(
      "Certificate server 'no shut' event has been queued for processing.\n",
    );
    operator.type('no crypto pki server R12CA\r');
    expect(await operator.until(/\[yes\/no\]: $/)).toContain(
      'CA certificate, Keypair, CRL and database files will be deleted.',
    );
    await operator.line('yes');
    expect(router.state.running).not.toContain('crypto pki server');
    expect(router.state.log.join('\n')).toMatch(
      /%PKI-6-CS_ENABLED: Certificate server now enabled\.[\s\S]*%PKI-6-CS_GRANT_AUTO: All enrollment requests will be automatically granted\.[\s\S]*%PKI-6-CS_DISABLED/,
    );
  });

  it('does not start while its clock is not set, and answers nobody without ip http server', async () => {
    await using router = await startRouter({ clock: { start: 'unset', authoritative: false } });
    await using operator = await Typist.login(router);
    await operator.lines('conf t', 'crypto pki server CS');
    expect(await operator.line('no shutdown')).toBe(
      '% Time has not been set. Cannot start the Certificate server\n',
    );
    expect(await operator.line('do show crypto pki server')).toContain(
      '    Status: disabled, Time has not been set\n    State: check failed\n',
    );
    await using cs = await hub();
    await cs.configure(['no ip http server']);
    await expect(fetch(`${cs.serverUrl}/cgi-bin/pkiclient.exe?operation=GetCACaps`)).rejects.toThrow();
  });

  it('offers and issues from its next certificate once that is made', async () => {
    await using cs = await hub({ lines: ['grant auto', 'auto-rollover 30'] });
    const url = `${cs.serverUrl}/cgi-bin/pkiclient.exe?operation=GetNextCACert&message=CS`;
    expect((await fetch(url)).status).toBe(404);
    await cs.certificateServer('CS').prepareRollover();
    expect((await fetch(url)).headers.get('content-type')).toBe('application/x-x509-next-ca-cert');
  });
});

describe('a certificate server and requests that are pasted', () => {
  const csr = certificationRequest({
    subject: nameFromText('CN=Manual,C=US'),
    key: smallKey(),
    hash: 'sha256',
  });
  const base64 =
    Buffer.from(csr)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];

  async function paste(operator: Typist): Promise<string> {
    operator.type('crypto pki server CS request pkcs10 terminal\r');
    expect(await operator.until(/by itself\.\r\n$/)).toContain(
      'PKCS10 request in base64 or pem\r\n\r\n% Enter Base64 encoded or PEM formatted PKCS10 enrollment request.\r\n',
    );
    for (const line of base64) operator.type(`${line}\r`);
    return operator.line('');
  }

  it('prints the certificate where it grants by itself, and takes it back', async () => {
    await using cs = await hub({ lines: ['grant auto'] });
    await using operator = await Typist.login(cs);
    expect(await paste(operator)).toMatch(/% Granted certificate:\n(?:[A-Za-z0-9+/=]{1,64}\n)+\n$/);
    expect(await operator.line('crypto pki server CS revoke 0x2')).toBe(
      '% Certificate 02 succesfully revoked.\n',
    );
    expect(await operator.line('show crypto pki server CS crl')).toContain('    Number of CRL entries: 1\n');
  });

  it('lets it wait where it does not', async () => {
    await using cs = await hub();
    await using operator = await Typist.login(cs);
    expect(await paste(operator)).not.toContain('Granted certificate');
    expect(await operator.line('show crypto pki server CS requests')).toMatch(
      /^1 {6}pending {4}[0-9A-F]{32} cn=Manual,c=US$/m,
    );
  });
});

describe('a router that is a registration authority', () => {
  it('passes what its operator grants on to its CA, and gives the certificate out', async () => {
    await using ca = await LabCa.start({ profile: 'generic', challenge: 'x', now: () => CLOCK.start });
    const key = smallKey();
    const certificate = ca.authority.grant(
      {
        der: new Uint8Array(),
        subject: encodeName(nameFromText('CN=hub-1,OU=ioscs RA')),
        publicKey: publicKeyInfo(key),
        extensions: [],
      },
      { notBefore: CLOCK.start, notAfter: new Date('2028-01-01') },
      { challenge: undefined, transactionId: 'ra', renewal: false },
    );
    await using ra = await startRouter({
      hostname: 'hub-1',
      clock: CLOCK,
      preset: [
        {
          trustpoint: 'CS',
          lines: [`enrollment url ${ca.enrollmentUrl}`, 'rsakeypair CS'],
          key: { label: 'CS', privateKey: key },
          certificate,
          ca: ca.authority.ca.certificate,
        },
      ],
      certificateServer: { name: 'CS', lines: ['mode ra'] },
    });
    await using router = await branch(ra.serverUrl, 'enrollment retry count 100');
    await using typist = await Typist.login(router);
    await enroll(typist, '');
    await until(() => ra.certificateServer('CS').requests.all.length === 1);
    expect(ca.asked).toHaveLength(0);
    await using operator = await Typist.login(ra);
    expect(await operator.line('show crypto pki server CS')).toContain('    Server configured in RA mode\n');
    expect(await operator.line('crypto pki server CS grant 1')).toBe('');
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(isIssuedBy(certificateOf(router), parseCertificate(ca.authority.ca.certificate))).toBe(true);
    expect(router.state.certificates.map(({ kind }) => kind)).toEqual(['identity', 'ca', 'ra']);
  });

  it('gets its own certificate from a router that is a CA, which knows it by its unit', async () => {
    await using cs = await hub({ lines: ['grant ra-auto'] });
    await using ra = await startRouter({
      hostname: 'ra-1',
      clock: CLOCK,
      http: { port: 0 },
      running: [
        'ip http server',
        'crypto pki trustpoint RA',
        `enrollment url ${cs.serverUrl}`,
        'subject-name cn=ra-1,ou=ioscs RA',
        'password x',
        ...SILENT,
        'enrollment retry count 100',
        'crypto pki server RA',
        'mode ra',
        'database archive pem password secret12',
      ],
    });
    await using operator = await Typist.login(ra);
    await operator.lines('conf t', 'crypto pki server RA');
    operator.type('no shutdown\r');
    await operator.until(/accept this certificate\? \[yes\/no\]: $/);
    operator.type('yes\r');
    await operator.until(/from CA\? \[yes\/no\]: $/);
    operator.type('yes\r');
    const server = cs.certificateServer('CS');
    await until(() => server.requests.all.length === 1);
    expect(server.requests.all[0]).toMatchObject({ kind: 'ra', state: 'pending' });
    for (const request of server.requests.chosen('all')) server.grant(request);
    expect(await operator.until('Certificate Server enabled.')).toContain('% Certificate Server enabled.');
    await ra.configure(['crypto pki server RA']);
    await using router = await branch(ra.serverUrl, 'enrollment retry count 100');
    await using typist = await Typist.login(router);
    await enroll(typist, '');
    const passing = ra.certificateServer('RA');
    await until(() => passing.requests.all.length === 1);
    for (const request of passing.requests.chosen('all')) passing.grant(request);
    await until(() => router.state.trustpoints[0]?.status === 'Granted');
    expect(server.requests.all.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'router granted',
      'ra granted',
    ]);
  });
});
