import { describe, expect, it } from 'vitest';
import { createStyle } from '../../src/report/style.ts';
import { drawSummary } from '../../src/report/summary.ts';
import { aResult } from '../run/a-device.ts';
import { aCertificate, aFailure, anError, aRun } from './a-run.ts';
import { widest } from './screen.ts';

const style = createStyle({ color: false, unicode: true });
const LONG_SERIAL = '6100000002B1C5D4E3F60718293A4B5C6D7E8F90';

describe('the result of a run', () => {
  it.each([
    ['the first lines of a refusal', 'command-refused', ['line 1', 'and 4 more lines']],
    ['the last lines before an unknown question', 'unexpected-question', ['… 4 lines before', 'line 12']],
  ] as const)('shows %s', (_name, code, expected) => {
    const detail = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join('\n');
    const failed = aResult('br-0001', 'failed', {
      error: { ...anError(code, 'it failed', { detail }), step: 'enroll' },
    });
    const told = drawSummary(aRun([failed]), 80, style).map((line) => line.trim());
    expect(
      told.filter((line) => /^(?:line (?:1|12)|… \d+ lines before|and \d+ more lines)$/.test(line)),
    ).toEqual(expected);
  });

  it('lists devices, causes with what to do, notes and counts', () => {
    const legacy = 'legacy SSH algorithms in use: diffie-hellman-group14-sha1';
    const refused = aResult('br-0003', 'failed', {
      durationMs: 3200,
      transcript: '.trustfleet/transcripts/x/br-0003.txt',
      error: {
        ...anError('command-refused', 'the line “ hash sha512” was refused', {
          detail:
            'br-0003(ca-trustpoint)# hash sha512\n                             ^\n% Invalid input detected',
        }),
        step: 'configure',
      },
    });
    const run = aRun([
      aResult('br-0001', 'verified', { certificates: [aCertificate()], notes: [legacy] }),
      aResult('br-0002', 'unchanged', {
        certificates: [aCertificate({ serial: LONG_SERIAL, notAfter: new Date('2026-12-01T00:00:00Z') })],
        notes: [legacy],
      }),
      refused,
      aFailure('br-0004', 'login-refused', 'Permission denied for netops'),
      aFailure('br-0005', 'login-refused', 'Permission denied for netops'),
      aResult('br-0006', 'pending'),
    ]);

    expect(drawSummary(run, 80, style)).toEqual([
      'DEVICE   OUTCOME      SERIAL OR CAUSE                   VALID UNTIL  DAYS  TIME',
      'br-0001  ✓ verified   1A2B3C                            2027-11-21    364   42s',
      'br-0002  ✓ unchanged  6100000002B1C5D4…93A4B5C6D7E8F90  2026-12-01      9   42s',
      'br-0003  ✗ failed     command-refused                                      3.2s',
      'br-0004  ✗ failed     login-refused                                        1.2s',
      'br-0005  ✗ failed     login-refused                                        1.2s',
      'br-0006  … pending                                                          42s',
      '',
      '✗ login-refused: user name or password refused (2 devices)',
      '  → check the credentials; they were tried once, to keep the account from being',
      '    locked',
      '  Permission denied for netops (connect)',
      '    br-0004, br-0005',
      '',
      '✗ command-refused: the router refused a command',
      '  → compare the line with the release’s command reference; a template of your',
      '    own can replace it',
      '  br-0003  the line “ hash sha512” was refused (configure)',
      '      br-0003(ca-trustpoint)# hash sha512',
      '                                   ^',
      '      % Invalid input detected',
      '      transcript: .trustfleet/transcripts/x/br-0003.txt',
      '',
      'Notes',
      '! br-0001, br-0002: legacy SSH algorithms in use: diffie-hellman-group14-sha1',
      '',
      'enroll: 6 devices in 2m 5s: 1 verified, 1 unchanged, 1 pending, 3 failed',
      'Pending requests wait for the CA’s operator: have them granted, then run the',
      'same command again.',
    ]);
  });

  it('tells of one cause that is mended in several ways each way with its own devices', () => {
    const conflict = (device: string, message: string, hint: string) =>
      aResult(device, 'failed', {
        durationMs: 1200,
        transcript: `t/${device}.txt`,
        error: anError('plan-conflict', message, { hint, detail: `seen on ${device}` }),
      });
    const run = aRun([
      conflict('br-5', 'it trusts another CA', 'to allow it: --replace-ca'),
      conflict('br-6', 'the key pair belongs to VPN', 'to allow it: --share-key'),
      conflict('br-7', 'the key pair belongs to VPN', 'to allow it: --share-key'),
    ]);

    expect(drawSummary(run, 100, style).slice(4, -2)).toEqual([
      '',
      '✗ plan-conflict: the router holds something that must not be touched (3 devices)',
      '  → to allow it: --share-key',
      '  the key pair belongs to VPN',
      '    br-6, br-7',
      '      seen on br-6',
      '      transcript: t/br-6.txt',
      '  → to allow it: --replace-ca',
      '  br-5  it trusts another CA',
      '      seen on br-5',
      '      transcript: t/br-5.txt',
    ]);
  });

  it('names the trustpoint when there are several', () => {
    const certificates = [aCertificate(), aCertificate({ trustpoint: 'MGMT', serial: '2B' })];

    expect(
      drawSummary(aRun([aResult('br-1', 'verified', { certificates })]), 100, style).slice(0, 3),
    ).toEqual([
      'DEVICE  OUTCOME     TRUSTPOINT  SERIAL OR CAUSE  VALID UNTIL  DAYS  TIME',
      'br-1    ✓ verified  BRANCH      1A2B3C           2027-11-21    364   42s',
      '                    MGMT        2B               2027-11-21    364',
    ]);
  });

  it('tells the two certificates of usage keys apart', () => {
    const certificates = [
      aCertificate({ use: 'signature' }),
      aCertificate({ use: 'encryption', serial: '2B' }),
    ];
    const told = drawSummary(aRun([aResult('br-1', 'verified', { certificates })]), 100, style);
    expect(told[1]).toContain('BRANCH (signature)   1A2B3C');
    expect(told[2]).toContain('BRANCH (encryption)  2B');
  });

  it('lists of a large fleet only what somebody has to look at', () => {
    const devices = Array.from({ length: 2000 }, (_, n) => {
      const name = `br-${String(n + 1).padStart(4, '0')}`;
      return n < 300
        ? aFailure(name, 'ca-unreachable', `no answer to ${name}`)
        : aResult(name, n < 310 ? 'pending' : 'verified');
    });

    const lines = drawSummary(aRun(devices), 80, style);

    expect(lines.filter((line) => line.includes('pending'))).toHaveLength(11);
    expect(lines.filter((line) => line.includes('no answer'))).toHaveLength(20);
    expect(lines.join(' ').replace(/ +/g, ' ')).toContain('br-0220 and 80 more');
    expect(lines.length).toBeLessThan(80);
    expect(lines).toContain('enroll: 2000 devices in 2m 5s: 1690 verified, 10 pending, 300 failed');
  });

  it.each([40, 80, 100, 120, 200])('keeps to %i columns whatever it is told', (columns) => {
    const wild = aResult('a-very-long-device-name-of-a-router-somewhere.example.net', 'failed', {
      certificates: [
        aCertificate({ serial: LONG_SERIAL, trustpoint: 'A-VERY-LONG-TRUSTPOINT-NAME' }),
        aCertificate(),
      ],
      notes: ['x'.repeat(300)],
      decisions: [{ trustpoint: 'T'.repeat(50), decision: 'not-due', reason: 'word '.repeat(50) }],
      findings: [
        {
          check: 'ca-pinned',
          trustpoint: 'T'.repeat(30),
          status: 'fail',
          expected: 'F'.repeat(64),
          actual: 'E'.repeat(64),
        },
        { check: 'chain-valid', trustpoint: 'B', status: 'pass', expected: '', actual: 'G'.repeat(300) },
      ],
      error: anError('unexpected-question', '机'.repeat(100), {
        detail: `\t${'y'.repeat(200)}\n`.repeat(30),
      }),
    });
    for (const command of ['enroll', 'renew', 'verify']) {
      const lines = drawSummary(
        aRun([wild, aFailure('br-1', 'internal', 'z'.repeat(90))], { command }),
        columns,
        style,
      );
      expect(widest(lines), command).toBeLessThanOrEqual(columns);
    }
  });

  it('never breaks the path of a transcript, however narrow the terminal is', () => {
    const transcript = `/home/netops/rollouts/2026-11/emea/.trustfleet/transcripts/20261121T025750Z-enroll-1f3a/br-0003.txt`;
    const failed = aResult('br-0003', 'failed', { transcript, error: anError('timeout', 'nothing new') });
    const lines = drawSummary(aRun([failed]), 80, style);
    expect(lines.slice(lines.indexOf('      transcript:')).slice(0, 2)).toEqual([
      '      transcript:',
      `      ${transcript}`,
    ]);
  });

  it('tells why devices were left alone when nobody stopped the run', () => {
    const guarded = anError('lockout-guard', 'the password of netops was refused on 3 devices', {
      detail: 'refused by: br-1, br-2, br-3',
    });
    const skipped = ['br-4', 'br-5'].map((name) =>
      aResult(name, 'skipped', { error: guarded, notes: ['not tried'] }),
    );
    const refused = ['br-1', 'br-2', 'br-3'].map((name) => aFailure(name, 'login-refused', 'no'));
    const text = drawSummary(aRun([...refused, ...skipped]), 120, style);
    expect(text).toContain(
      '✗ lockout-guard: not tried: its password was refused on other devices (2 devices)',
    );
    expect(text).toContain('    br-4, br-5');
    expect(text).toContain('      refused by: br-1, br-2, br-3');
  });

  it('says how to go on after it was stopped', () => {
    const stopped = anError('interrupted', 'stopped by Ctrl-C');
    const run = aRun(
      [aResult('br-1'), aResult('br-2', 'skipped', { error: stopped, notes: ['not started'] })],
      { interrupted: true },
    );

    expect(drawSummary(run, 120, style)).toEqual([
      'DEVICE  OUTCOME     SERIAL OR CAUSE  VALID UNTIL  DAYS  TIME',
      'br-1    ✓ verified                                       42s',
      '',
      'enroll: 2 devices in 2m 5s: 1 verified, 1 skipped',
      'The run was stopped: run the same command again, it continues where this run stopped.',
    ]);
  });
});

describe('the result of a renewal', () => {
  it('says of each certificate why it was renewed or not', () => {
    const decide = (decision: 'due' | 'not-due' | 'ca-expires-first', reason: string) => ({
      decisions: [{ trustpoint: 'BRANCH', decision, reason }],
    });
    const run = aRun(
      [
        aResult('br-1', 'verified', { ...decide('due', 'ends in 12 days'), certificates: [aCertificate()] }),
        aResult('br-2', 'unchanged', decide('not-due', 'ends in 320 days')),
      ],
      { command: 'renew' },
    );

    expect(drawSummary(run, 80, style)).toEqual([
      '→ br-1 BRANCH  due: ends in 12 days',
      '- br-2 BRANCH  not-due: ends in 320 days',
      '',
      'DEVICE  OUTCOME     SERIAL OR CAUSE  VALID UNTIL  DAYS  TIME',
      'br-1    ✓ verified  1A2B3C           2027-11-21    364   42s',
      '',
      'renew: 2 devices in 2m 5s: 1 verified, 1 unchanged',
    ]);
  });
});

describe('the result of a verification', () => {
  const finding = { trustpoint: 'BRANCH', expected: 'SHA1 AA', actual: 'SHA1 BB' } as const;

  it('lists every check of a few devices, with what was seen', () => {
    const run = aRun(
      [
        aResult('br-1', 'failed', {
          findings: [
            { ...finding, check: 'certificate-present', status: 'pass', actual: 'serial 1A' },
            { ...finding, check: 'ca-pinned', status: 'fail' },
            { ...finding, check: 'startup-saved', status: 'unknown' },
          ],
          error: anError('verification-failed', 'BRANCH: ca-pinned fail'),
        }),
      ],
      { command: 'verify' },
    );

    expect(drawSummary(run, 80, style)).toEqual([
      '',
      '✗ br-1  failed: 1 of 3 checks passed',
      '  BRANCH',
      '    ✓ certificate-present    serial 1A',
      '    ✗ ca-pinned: the CA certificate the router trusts has the pinned',
      '        fingerprint',
      '        expected  SHA1 AA',
      '        actual    SHA1 BB',
      '    ? startup-saved: the startup configuration holds the certificate',
      '        expected  SHA1 AA',
      '        actual    SHA1 BB',
      '',
      'verify: 1 device in 2m 5s: 1 failed',
    ]);
  });

  it('tells together what one lack made impossible to check', () => {
    const lack = { ...finding, status: 'unknown', actual: 'the router holds no certificate' } as const;
    const run = aRun(
      [
        aResult('br-1', 'failed', {
          findings: [
            { ...finding, check: 'certificate-present', status: 'fail', actual: 'no certificate' },
            { ...lack, check: 'chain-valid' },
            { ...lack, check: 'key-matches-router' },
            { ...lack, check: 'valid-by-router-clock' },
          ],
          error: anError('verification-failed', 'BRANCH: certificate-present fail and 3 more'),
        }),
      ],
      { command: 'verify' },
    );
    expect(drawSummary(run, 80, style).slice(6, 9)).toEqual([
      '        actual    no certificate',
      '    ? not checked, the router holds no certificate: chain-valid,',
      '        key-matches-router, valid-by-router-clock',
    ]);
  });

  it('leaves out devices of a larger fleet that passed everything', () => {
    const findings = [{ ...finding, check: 'ca-pinned', status: 'pass' } as const];
    const devices = Array.from({ length: 10 }, (_, n) => aResult(`br-${n}`, 'verified', { findings }));

    expect(drawSummary(aRun(devices, { command: 'verify' }), 80, style)).toEqual([
      '',
      'verify: 10 devices in 2m 5s: 10 verified',
    ]);
  });
});
