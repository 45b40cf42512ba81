import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadScript, parseScript } from '../dialogue/script.ts';
import { enrolling, FAILURES } from '../ios/dialogues/goldens.ts';
import { record } from '../ios/transcripts/record.ts';
import { ENDINGS } from '../ios/transcripts/sessions.ts';
import { aFolder, fakeIo, trustfleet } from './fake-io.ts';

const SESSION = `# trustfleet 0.1.0
# device: br-0001 (192.0.2.11:22)
# started: 2026-03-01T09:30:00.000Z
09:30:01.000 < gw-1#
09:30:01.001 > configure terminal
09:30:01.002 < gw-1(config)#
09:30:01.003 > crypto pki enroll BRANCH
09:30:01.006 * challenge-password: [redacted]
09:30:01.006 < Password:
09:30:01.006 > [redacted]
09:30:01.007 < Nov  3 09:30:19.166: %PKI-6-CERT_ENROLL_MANUAL: Manual enrollment for trustpoint BRANCH
09:30:01.008 * unexpected question, not answered: Use the hardware key of slot 2? [yes/no]:
09:30:01.009 < Use the hardware key of slot 2? [yes/no]:
09:30:01.010 > ^C
09:30:01.011 * enroll: left
09:30:01.012 < gw-1(config)#
09:30:01.013 > end
09:30:01.014 < gw-1#
09:30:01.015 > exit
`;

function saved(text: string): string {
  const cwd = aFolder();
  writeFileSync(path.join(cwd, 'gw-1.txt'), text);
  return cwd;
}

describe('trustfleet transcript show', () => {
  it('marks every line for what it was, and puts a decision behind its question', async () => {
    const { code, out } = await trustfleet(
      ['transcript', 'show', 'gw-1.txt'],
      fakeIo({ cwd: saved(SESSION) }),
    );
    expect(code).toBe(0);
    expect(out).toBe(`br-0001 (192.0.2.11:22), 2026-03-01T09:30:00.000Z, trustfleet 0.1.0

09:30:01.000 prompt  < gw-1#
09:30:01.001 types   > configure terminal
09:30:01.002 prompt  < gw-1(config)#
09:30:01.003 types   > crypto pki enroll BRANCH
09:30:01.006 asks    < Password:
09:30:01.006 decides * challenge-password: [redacted]
09:30:01.006 answers > [redacted]
09:30:01.007 log     < Nov  3 09:30:19.166: %PKI-6-CERT_ENROLL_MANUAL: Manual enrollment for trustpoint BRANCH
09:30:01.009 asks    < Use the hardware key of slot 2? [yes/no]:
09:30:01.008 decides * unexpected question, not answered: Use the hardware key of slot 2? [yes/no]:
09:30:01.010 presses > ^C
09:30:01.011 decides * enroll: left
09:30:01.012 prompt  < gw-1(config)#
09:30:01.013 types   > end
09:30:01.014 prompt  < gw-1#
09:30:01.015 types   > exit
`);
  });

  it('keeps to the window, in color, without escape sequences of the file', async () => {
    const text = `${SESSION}09:30:02.000 < \u001b[2Jgone ${'wide '.repeat(30)}\n`;
    for (const columns of [40, 72, 100]) {
      const io = fakeIo({ cwd: saved(text), columns });
      const { out } = await trustfleet(['transcript', 'show', 'gw-1.txt'], io);
      expect(out).toContain('\u001b[');
      expect(out).not.toContain('\u001b[2J');
      const lines = stripVTControlCharacters(out).split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
    }
  });

  it('prints JSON with the role of every line', async () => {
    const io = fakeIo({ cwd: saved(SESSION) });
    const { out } = await trustfleet(['transcript', 'show', 'gw-1.txt', '--json'], io);
    const document = JSON.parse(out) as { entries: { role: string }[] };
    expect(document).toMatchObject({ schema: 1, device: 'br-0001', host: '192.0.2.11:22' });
    expect(document.entries[3]).toEqual({
      line: 7,
      time: '09:30:01.003',
      kind: 'typed',
      role: 'command',
      text: 'crypto pki enroll BRANCH',
    });
  });

  it('hides what looks like a secret', async () => {
    const io = fakeIo({ cwd: saved(`${SESSION}09:30:02.000 < username a password 7 0822455D0A16\n`) });
    const { out } = await trustfleet(['transcript', 'show', 'gw-1.txt'], io);
    expect(out).toContain('username a password 7 [redacted]');
  });
});

describe.concurrent('trustfleet transcript lint', () => {
  it('names the unknown question', async () => {
    const { code, out } = await trustfleet(
      ['transcript', 'lint', 'gw-1.txt'],
      fakeIo({ cwd: saved(SESSION) }),
    );
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain(
      '✗ line 12: an unknown question, behind “crypto pki enroll BRANCH”, that was not answered: “Use the hardware key of slot 2? [yes/no]:”',
    );
    expect(out).toContain('✓ nothing in it looks like a secret\n');
  });

  it('is content with a session that was left as it should be', async () => {
    const text = SESSION.split('\n').filter((line) => !/hardware|\^C|left/.test(line));
    const { code, out } = await trustfleet(
      ['transcript', 'lint', 'gw-1.txt'],
      fakeIo({ cwd: saved(text.join('\n')) }),
    );
    expect([code, out.split('\n')[0]]).toEqual([0, '✓ the session was left as it should be']);
  });

  it('finds secrets and lines without a plan, and repeats no secret', async () => {
    const text = `${SESSION}09:30:02.000 < Password:\n09:30:02.000 > hunter2\n`;
    const { code, out } = await trustfleet(['transcript', 'lint', 'gw-1.txt'], fakeIo({ cwd: saved(text) }));
    expect(code).toBe(1);
    expect(out).toContain('! line 21: the answer to a question for a password\n');
    expect(out).toContain('! line 21: answered a question, and no exchange says that it decided so\n');
    expect(out).not.toContain('hunter2');
  });

  it.each(ENDINGS.map(({ what, steps, act, end }) => ({ what, steps, act, end })))(
    'gives for $what what a program needs',
    async ({ steps, act, end }) => {
      const { file } = await record(steps, act);
      const { out } = await trustfleet(
        ['transcript', 'lint', 'gw-1.txt', '--json'],
        fakeIo({ cwd: saved(file) }),
      );
      expect(JSON.parse(out)).toMatchObject({ schema: 1, device: 'gw-1', end, secrets: [], unplanned: [] });
    },
  );

  it('writes a test case that fails in the same way', async () => {
    const [golden] = FAILURES.filter(({ name }) => name === 'ios-15-enroll-not-authenticated');
    const first = await record(loadScript(golden?.name ?? ''), golden?.act ?? enrolling());
    expect(first.outcome).toBe('unexpected-question');
    const cwd = saved(first.file);

    const { code, out } = await trustfleet(
      ['transcript', 'lint', 'gw-1.txt', '--test-case', 'case.txt'],
      fakeIo({ cwd }),
    );

    const file = path.join(cwd, 'case.txt');
    expect([code, statSync(file).mode & 0o777]).toEqual([1, 0o600]);
    expect(out).toContain('case.txt replays the session without a router');
    const again = await record(parseScript(readFileSync(file, 'utf8')), golden?.act ?? enrolling());
    again.transport.finish();
    expect(again.outcome).toBe('unexpected-question');
  });
});

describe('trustfleet transcript', () => {
  it.each([
    [['transcript', 'read', 'gw-1.txt'], 'transcript read: is nothing that can be done (show or lint)'],
    [['transcript', 'show', 'no.txt'], 'no.txt there is no such file'],
    [
      ['transcript', 'show', 'gw-1.txt', '--test-case', 'x'],
      '--test-case: belongs to trustfleet transcript lint',
    ],
    [['transcript', 'lint', 'gw-1.txt', '--test-case', 'no/x'], '--test-case: cannot be written (ENOENT)'],
    [['transcript', 'lint'], "missing required argument 'file'"],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await trustfleet(argv, fakeIo({ cwd: saved(SESSION) }));
    expect([code, out]).toEqual([3, '']);
    expect(err.replace(/\s+/g, ' ')).toContain(message);
  });

  it('refuses a file that is no transcript, with the lines that are none', async () => {
    for (const [text, message] of [
      ['hello\n\nworld\n', 'gw-1.txt:1 is no line of a transcript'],
      ['# only a comment\n', 'gw-1.txt holds no line of a transcript'],
    ] as const) {
      const { code, err } = await trustfleet(
        ['transcript', 'lint', 'gw-1.txt'],
        fakeIo({ cwd: saved(text) }),
      );
      expect(code).toBe(3);
      expect(err).toContain(message);
    }
  });
});
