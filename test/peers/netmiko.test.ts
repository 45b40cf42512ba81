import { describe, expect, it } from 'vitest';
import { ClientLab, ENROLLED, type ReadCertificate } from './client-lab.ts';

const SHOW = ['show version', 'show clock', 'show inventory', 'show users', 'show crypto pki certificates'];

/** What netmiko_session.py prints. */
interface Seen {
  readonly login: string;
  readonly enabled: string;
  readonly shown: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> & {
    readonly 'show crypto pki certificates': readonly ReadCertificate[];
  };
  readonly configured: string;
  readonly refused: string;
  readonly running: string;
  readonly asked: string;
  readonly saved: string;
  readonly startup: string;
}

describe('Netmiko at a router of the lab', () => {
  it.each([
    { release: '15.7', privilege: 1, version: '15.7(3)M8', hardware: 'CISCO1921/K9' },
    { release: '17.9', privilege: 15, version: '17.9.4a', hardware: 'C8000V' },
  ] as const)(
    'of release $release and privilege $privilege reads, configures and saves',
    async ({ release, privilege, version, hardware }) => {
      await using lab = await ClientLab.start([{ ...ENROLLED, release, privilege }]);
      const { state } = lab.router('br-0001');
      const seen = await lab.saw<Seen>('netmiko_session.py', {
        access: lab.access('br-0001'),
        show: SHOW,
        configure: [
          'ntp server 192.0.2.7',
          'crypto pki trustpoint OTHER',
          'enrollment retry count 5',
          'exit',
          'ip host peer 192.0.2.8',
        ],
      });

      expect([seen.login, seen.enabled]).toEqual([privilege === 15 ? 'br-0001#' : 'br-0001>', 'br-0001#']);
      const serial = lab.serialNumber('br-0001');
      expect(seen.shown).toMatchObject({
        'show version': [
          {
            version,
            hostname: 'br-0001',
            hardware: [hardware],
            serial: [serial],
            config_register: '0x2102',
          },
        ],
        'show clock': [{ timezone: 'UTC', year: String(state.clock.now.getUTCFullYear()) }],
        'show inventory': [{ pid: hardware, sn: serial }],
        'show users': [{ line: expect.stringMatching(/^\* .* vty 0$/) as string, user: 'netops' }],
      });
      expect(seen.shown['show crypto pki certificates']).toMatchObject(lab.certificates('br-0001'));

      expect(seen.configured).not.toContain('%');
      expect(seen.refused).toContain('no such line');
      for (const text of [seen.running, state.running]) {
        expect(text).toMatch(/^ntp server 192\.0\.2\.7$/m);
        expect(text).toMatch(/^crypto pki trustpoint OTHER\n enrollment retry count 5$/m);
        expect(text).toMatch(/^ip host peer 192\.0\.2\.8$/m);
        expect(text).toMatch(/^hostname br-0001$/m);
      }

      expect(seen.asked).toContain('Clear logging buffer [confirm]');
      expect(state.log.filter((line) => line.includes('SYS-5-CONFIG_I'))).toEqual([]);
      expect(seen.saved).toContain('[OK]');
      for (const text of [seen.startup, state.startup]) expect(text).toContain('\nntp server 192.0.2.7\n');
      expect(state.failures).toEqual([]);
    },
  );

  it('knows where a long name is cut in configuration prompts', async () => {
    await using lab = await ClientLab.start([{ release: '15.7', faults: ['long-hostname'] }]);
    const { login, running } = await lab.saw<Seen>('netmiko_session.py', {
      access: lab.access('br-0001'),
      show: [],
      configure: ['crypto pki trustpoint OTHER', 'enrollment retry count 5'],
    });
    expect(login.length).toBeGreaterThan(21);
    expect(running).toContain('crypto pki trustpoint OTHER\n enrollment retry count 5\n');
  });

  it.each([
    ['host key', 'BadHostKeyException'],
    ['password', 'NetmikoAuthenticationException'],
  ])('gets nowhere with a wrong %s', async (what, complaint) => {
    await using lab = await ClientLab.start([{ release: '17.9' }, { release: '17.9' }]);
    const wrong = {
      ...(what === 'host key' && { knownHosts: await lab.strangers('br-0001', 'br-0002') }),
      ...(what === 'password' && { password: 'wrong' }),
    };
    const { code, stderr } = await lab.python('netmiko_session.py', {
      access: { ...lab.access('br-0001'), ...wrong },
      show: SHOW,
      configure: ['ntp server 192.0.2.7'],
    });
    expect(code).toBe(1);
    expect(stderr).toContain(complaint);
    expect(lab.router('br-0001').state.running).not.toContain('192.0.2.7');
  });
});
