import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceOf, HEAD, parse, SHA1 } from './inventories.ts';

describe('an inventory', () => {
  it('reads every kind of challenge source', () => {
    const challenge = (written: string): unknown =>
      deviceOf(
        `${HEAD.replace(`"${SHA1}" }`, `"${SHA1}", challenge: ${written} }`)}devices: { a: { host: a, trustpoints: [TP] } }`,
      ).trustpoints[0]?.authority.challenge;
    expect(challenge('none')).toEqual({ kind: 'none' });
    expect(challenge('{ env: X }')).toMatchObject({
      kind: 'static',
      value: { reference: { kind: 'env', name: 'X' } },
    });
    expect(challenge('{ static: { prompt: "PIN" } }')).toMatchObject({
      kind: 'static',
      value: { reference: { kind: 'prompt', text: 'PIN' } },
    });
    expect(challenge('{ daily: { value: { env: X }, notAfter: 2030-01-31T23:59:00+01:00 } }')).toMatchObject({
      kind: 'daily',
      until: { notAfter: new Date('2030-01-31T22:59:00Z') },
    });
    expect(challenge('{ daily: { value: { file: today }, zone: Europe/Paris } }')).toMatchObject({
      kind: 'daily',
      until: { midnightIn: 'Europe/Paris' },
    });
    expect(challenge('{ ios-cs: { device: a, server: CS } }')).toEqual({
      kind: 'ios-cs',
      device: 'a',
      server: 'CS',
      minutes: 60,
    });
    expect(challenge('{ file: challenges.csv }')).toEqual({
      kind: 'file',
      path: path.resolve('challenges.csv'),
    });
    expect(challenge('{ command: [mint, "{{name}}"] }')).toEqual({
      kind: 'command',
      argv: ['mint', '{{name}}'],
    });
    expect(challenge('{ command: { run: [mint], validity: 45m } }')).toEqual({
      kind: 'command',
      argv: ['mint'],
      validityMs: 2_700_000,
    });
    expect(
      challenge(
        '{ ndes: { url: "http://n/certsrv/mscep_admin/", username: u, password: { env: X }, auth: basic, allowInsecure: true, capacity: 20, validity: 10m } }',
      ),
    ).toMatchObject({ kind: 'ndes', auth: 'basic', allowInsecure: true, capacity: 20, validityMs: 600_000 });
  });

  it('reads every spelling of a trustpoint', () => {
    const trustpoint = deviceOf(
      `${HEAD.replace(
        'subject: "CN={{fqdn}}"',
        `subject: "CN={{fqdn}}", fqdn: none, serialNumber: true, ipAddress: Loopback0, revocationCheck: none, hash: sha512,
         usage: ike, vrf: Mgmt, sourceInterface: Loopback0, retry: { count: 5, period: 2m }, autoEnroll: 80,
         key: { size: 1024, label: OLD, exportable: true, allowWeakKey: true }, grant: { timeout: 0s }, renew: { before: 20% }`,
      )}devices: { a: { host: a, trustpoints: [TP] } }`,
    ).trustpoints[0];
    expect(trustpoint).toMatchObject({
      key: { type: 'rsa', size: 1024, label: 'OLD', exportable: true },
      fqdn: 'none',
      serialNumber: true,
      ipAddress: 'Loopback0',
      revocationCheck: ['none'],
      hash: 'sha512',
      usage: ['ike'],
      vrf: 'Mgmt',
      sourceInterface: 'Loopback0',
      retry: { count: 5, periodMinutes: 2 },
      autoEnroll: { percent: 80, regenerate: false },
      grantTimeoutMs: 0,
      renew: {
        before: { kind: 'percent-of-life-left', percent: 20 },
        keys: 'same',
        spreadMs: 0,
        windows: [],
        checkRevocation: false,
      },
    });
  });

  it('reads the clock in all its spellings', () => {
    const clock = (written: string): unknown =>
      deviceOf(`${HEAD}devices: { a: { host: a, trustpoints: [TP], clock: ${written} } }`).clock;
    expect(clock('{}')).toEqual({
      timezone: { name: 'UTC', offsetMinutes: 0 },
      ntp: { servers: [], keys: [] },
      ntpWaitMs: 30_000,
      maxSkewMs: 300_000,
    });
    expect(
      clock('{ timezone: { name: NST, offset: -03:30 }, summerTime: { name: NDT }, ntpWait: 0s }'),
    ).toMatchObject({
      timezone: { name: 'NST', offsetMinutes: -210 },
      summerTime: { name: 'NDT', offsetMinutes: 60 },
      ntpWaitMs: 0,
    });
    expect(
      clock('{ timezone: { name: IST, offset: 5.5 }, summerTime: { name: X, recurring: true, offset: 30 } }'),
    ).toMatchObject({
      timezone: { offsetMinutes: 330 },
      summerTime: { name: 'X', offsetMinutes: 30 },
    });
    expect(
      clock(
        '{ ntp: { servers: [{ address: "2001:db8::1", vrf: Mgmt, key: 1, prefer: true }], keys: [{ id: 1, md5: { env: K } }] } }',
      ),
    ).toMatchObject({
      ntp: {
        servers: [{ address: '2001:db8::1', vrf: 'Mgmt', key: 1, prefer: true }],
        keys: [{ id: 1, md5: { reference: { kind: 'env', name: 'K' } } }],
      },
    });
  });

  it('keeps every digit of what looks like a number', () => {
    const { vars, ssh } = deviceOf(
      `${HEAD}devices: { a: { host: a, trustpoints: [TP], ssh: { username: 0012 }, vars: { serial: 00123, exp: 1e3, long: 123456789012345678901, hex: 0x1F, plain: 42, yes: yes } } }`,
    );
    expect(ssh.username).toBe('0012');
    expect(vars).toEqual({
      serial: '00123',
      exp: '1e3',
      long: '123456789012345678901',
      hex: '0x1F',
      plain: 42,
      yes: 'yes',
    });
  });

  it('understands anchors, aliases and merge keys, five hundred uses of one anchor included', () => {
    const lines = Array.from({ length: 600 }, (_, index) => `  r${index}: { <<: *base, host: r${index} }`);
    const { devices } = parse(
      `${HEAD}devices:\n  base: &base { host: base, trustpoints: [TP], vars: { site: Lyon } }\n${lines.join('\n')}\n`,
    );
    expect(devices).toHaveLength(601);
    expect(devices[600]).toMatchObject({ host: 'r599', vars: { site: 'Lyon' } });
  });
});
