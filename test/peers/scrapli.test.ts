import { describe, expect, it } from 'vitest';
import { ClientLab, ENROLLED, type ReadCertificate } from './client-lab.ts';

const CERTIFICATES = 'show crypto pki certificates';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What scrapli_session.py prints. */
interface Seen {
  readonly ssh: readonly string[];
  readonly prompt: string;
  readonly shown: Readonly<Record<string, Rows>> & { readonly [CERTIFICATES]: readonly ReadCertificate[] };
  readonly texts: Readonly<Record<string, string>>;
  readonly refused: { readonly failed: boolean; readonly text: string };
  readonly running: string;
  readonly saved: string;
  readonly startup: string;
}

/** What OpenSSH has to be told to meet an old router. */
const OLD_ALGORITHMS = [
  'KexAlgorithms=+diffie-hellman-group14-sha1,diffie-hellman-group1-sha1',
  'HostKeyAlgorithms=+ssh-rsa',
  'Ciphers=+aes128-cbc',
].flatMap((option) => ['-o', option]);

describe('Scrapli through OpenSSH at a router of the lab', () => {
  it.each([
    { release: '12.4', privilege: 1, version: '12.4(15)T14', hardware: '2811', sshOptions: OLD_ALGORITHMS },
    { release: '15.7', privilege: 1, version: '15.7(3)M8', hardware: 'CISCO1921/K9', sshOptions: [] },
    {
      release: '16.9',
      privilege: 15,
      version: '16.9.8',
      hardware: 'ISR4331/K9',
      sshOptions: OLD_ALGORITHMS,
    },
    { release: '17.9', privilege: 15, version: '17.9.4a', hardware: 'C8000V', sshOptions: [] },
  ] as const)(
    'of release $release and privilege $privilege reads, configures and saves',
    async ({ release, privilege, version, hardware, sshOptions }) => {
      await using lab = await ClientLab.start([{ ...ENROLLED, release, privilege }]);
      const { state } = lab.router('br-0001');
      const access = lab.access('br-0001');
      const seen = await lab.saw<Seen>('scrapli_session.py', {
        access,
        sshOptions,
        show: ['show version', 'show ip interface brief', CERTIFICATES],
        configure: ['ntp server 192.0.2.7', 'hostname br-0001'],
      });

      expect(seen.ssh).toEqual(
        expect.arrayContaining(['StrictHostKeyChecking=yes', `UserKnownHostsFile=${access.knownHosts}`]),
      );
      // Passwords are typed, never arguments.
      expect(seen.ssh.filter((word) => [access.password, access.secret].includes(word))).toEqual([]);
      expect(seen.prompt).toBe('br-0001#');
      expect(seen.shown['show version']).toMatchObject([
        { version, hostname: 'br-0001', hardware: [hardware], serial: [lab.serialNumber('br-0001')] },
      ]);
      expect(seen.shown['show ip interface brief']).toContainEqual(
        expect.objectContaining({ ip_address: 'unassigned', status: 'up', proto: 'up' }),
      );
      const certificates = lab.certificates('br-0001');
      expect(certificates).toHaveLength(2);
      // 12.4 has no "(hex)" behind the label, and no template knows it.
      if (release === '12.4') {
        for (const { serial_number: serial } of certificates)
          expect(seen.texts[CERTIFICATES]).toContain(`Certificate Serial Number: ${serial}\n`);
      } else expect(seen.shown[CERTIFICATES]).toMatchObject(certificates);

      expect(seen.refused).toEqual({
        failed: true,
        text: expect.stringContaining("% Invalid input detected at '^' marker.") as string,
      });
      for (const text of [seen.running, state.running])
        expect(text).toMatch(/^hostname br-0001\n(?:.*\n)+ntp server 192\.0\.2\.7$/m);
      expect(seen.saved).toContain('[OK]');
      for (const text of [seen.startup, state.startup]) expect(text).toMatch(/^ntp server 192\.0\.2\.7$/m);
      expect(state.failures).toEqual([]);
    },
  );

  it('reads past the load and the time that a router prints before its output', async () => {
    await using lab = await ClientLab.start([
      { ...ENROLLED, release: '15.7', faults: ['prompt-timestamps'] },
    ]);
    const seen = await lab.saw<Seen>('scrapli_session.py', {
      access: lab.access('br-0001'),
      sshOptions: [],
      show: ['show version', CERTIFICATES],
      configure: ['ntp server 192.0.2.7'],
    });
    expect(seen.texts[CERTIFICATES]).toMatch(/^Load for five secs: /);
    expect(seen.shown['show version']).toMatchObject([{ hostname: 'br-0001' }]);
    expect(seen.shown[CERTIFICATES]).toMatchObject(lab.certificates('br-0001'));
  });

  it.each(['host key', 'password'])('does not get in with a wrong %s', async (what) => {
    await using lab = await ClientLab.start([{ release: '17.9' }, { release: '17.9' }]);
    const wrong =
      what === 'host key' ? { knownHosts: await lab.strangers('br-0001', 'br-0002') } : { password: 'wrong' };
    const { code, stderr } = await lab.python('scrapli_session.py', {
      access: { ...lab.access('br-0001'), ...wrong },
      sshOptions: [],
      show: [],
      configure: ['ntp server 192.0.2.7'],
    });
    expect(code).toBe(1);
    expect(stderr).toContain('ScrapliAuthenticationFailed');
    const { typed, running } = lab.router('br-0001').state;
    expect(typed).toEqual([]);
    expect(running).not.toContain('192.0.2.7');
  });
});

describe('Scrapli over asyncssh', () => {
  it('reads the certificates of several routers at once', async () => {
    const releases = ['15.7', '17.9', '17.16'] as const;
    await using lab = await ClientLab.start(releases.map((release) => ({ ...ENROLLED, release })));
    const names = releases.map((_, index) => `br-000${index + 1}`);
    const accesses = await Promise.all(names.map(async (name) => [name, await withoutPort(lab, name)]));
    const seen = await lab.saw<Readonly<Record<string, Seen['shown']>>>('scrapli_async.py', {
      accesses: Object.fromEntries(accesses),
      show: ['show version', CERTIFICATES],
    });
    for (const name of names) {
      expect(seen[name]?.['show version']).toMatchObject([{ hostname: name }]);
      expect(seen[name]?.[CERTIFICATES]).toMatchObject(lab.certificates(name));
    }
  });
});

/** This transport of Scrapli looks a host up by its address alone, whatever the port. */
async function withoutPort(lab: ClientLab, name: string): Promise<object> {
  const [, ...key] = lab.router(name).hostKeyLine.split(' ');
  const knownHosts = await lab.folder.write(`${name}.known`, `127.0.0.1 ${key.join(' ')}\n`);
  return { ...lab.access(name), knownHosts };
}
