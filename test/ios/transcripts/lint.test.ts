import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/dialogue/transcript-reader.ts';
import { lintTranscript } from '../../../src/ios/transcripts/lint.ts';
import { loadScript } from '../../dialogue/script.ts';
import { FAILURES, SUCCESSES } from '../dialogues/goldens.ts';
import { record } from './record.ts';
import { ENDINGS } from './sessions.ts';

const lint = (lines: string): ReturnType<typeof lintTranscript> =>
  lintTranscript(
    readTranscript(
      lines
        .split('\n')
        .map((line) => `09:30:00.000 ${line}`)
        .join('\n'),
      'x',
    ),
  );

describe.concurrent('the lint of a transcript', () => {
  it.each(ENDINGS)('says how a session ended: $what', async ({ steps, act, end, code }) => {
    const { saved, outcome } = await record(steps, act);
    expect(outcome).toBe(code);
    expect(lintTranscript(saved)).toEqual({ end: expect.objectContaining(end), secrets: [], unplanned: [] });
  });

  it.each(SUCCESSES)('finds nothing wrong with $name', async ({ name, act }) => {
    const { saved } = await record(loadScript(name), act);
    expect(lintTranscript(saved)).toMatchObject({ secrets: [], unplanned: [] });
  });

  it.each(FAILURES)('finds nothing typed without a plan in $name', async ({ name, act }) => {
    const { saved } = await record(loadScript(name), act);
    expect(lintTranscript(saved)).toMatchObject({ secrets: [], unplanned: [] });
  });
});

describe('the lint of a transcript', () => {
  it('names the question that was answered with leaving, and its error', () => {
    const { end } = lint(
      '> crypto pki enroll T\n< Exists.\n* continue-reenrollment: abort, plan-conflict: T: holds a certificate\n* continue-reenrollment: no\n< Do you want to continue with re-enrollment? [yes/no]:\n> no\n< R1(config)#\n> end\n< R1#\n> exit',
    );
    expect(end).toMatchObject({
      kind: 'aborted',
      exchange: 'continue-reenrollment',
      code: 'plan-conflict',
      message: 'T: holds a certificate',
    });
  });

  it('takes a refusal that was dealt with for no end', () => {
    expect(
      lint('< R1#\n> terminal width 511\n< % Invalid input\n< R1#\n> show clock\n< now\n< R1#\n> exit').end,
    ).toEqual({ kind: 'left', line: 8 });
  });

  it.each([
    ['< Password:\n> hunter2-Secret', 'the answer to a question for a password', 2],
    ['< R1(config)#\n> username a password 7 0822455D0A16', 'a password or key in a configuration line', 2],
    ['<  password 7 0822455D0A16', 'a password or key in a configuration line', 1],
    ['< -----BEGIN RSA PRIVATE KEY-----', 'a private key', 1],
  ])('finds what looks like a secret and does not repeat it: %s', (lines, what, line) => {
    const found = lint(lines).secrets;
    expect(found).toEqual([{ line, what }]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|0822455/);
  });

  it.each([
    ['< Are you sure you want to do this? [yes/no]:\n> yes', [2]],
    [
      '* include-serial-number: no\n< % Include the router serial number in the subject name? [yes/no]:\n> yes',
      [3],
    ],
    ['< Translating "x"...domain server\n> reload', [2]],
    [
      '* include-serial-number: no\n< % Include the router serial number in the subject name? [yes/no]:\n> no',
      [],
    ],
    ['< Are you sure you want to do this? [yes/no]:\n> ^C', []],
    ['< Press RETURN to get started.\n>', []],
    ['* challenge-password: (empty)\n< Password:\n>', []],
    ['< R1(config)#\n> end', []],
  ])('tells what was typed without a plan: %j', (lines, expected) => {
    expect(lint(lines).unplanned.map(({ line }) => line)).toEqual(expected);
  });
});
