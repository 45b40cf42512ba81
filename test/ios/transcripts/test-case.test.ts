import { describe, expect, it } from 'vitest';
import { readTranscript } from '../../../src/dialogue/transcript-reader.ts';
import { testCaseOf } from '../../../src/ios/transcripts/test-case.ts';
import { loadScript, parseScript } from '../../dialogue/script.ts';
import { CHALLENGE, FAILURES, SUCCESSES } from '../dialogues/goldens.ts';
import { record } from './record.ts';
import { ENDINGS } from './sessions.ts';

describe.concurrent('a test case made from a transcript', () => {
  it.each([...SUCCESSES, ...FAILURES])('$name comes to the same end', async ({ name, act }) => {
    const first = await record(loadScript(name), act);
    first.transport.finish();
    const script = testCaseOf(first.saved);
    // A replay types what the transcript shows in place of a secret.
    const again = await record(parseScript(script), (session) => act(session, '[redacted]'));
    again.transport.finish();
    expect(again.outcome).toBe(first.outcome);
    expect(again.transport.typed).toBe(first.transport.typed.replaceAll(CHALLENGE, '[redacted]'));
  });

  it.each(ENDINGS)('reproduces $what', async ({ steps, act, code }) => {
    const first = await record(steps, act);
    expect(first.outcome).toBe(code);
    expect(first.file).not.toContain('hunter2');
    const again = await record(parseScript(testCaseOf(first.saved)), (session) => act(session, '<redacted>'));
    again.transport.finish();
    expect(again.outcome).toBe(code);
    expect(again.transport.typed).toBe(first.transport.typed.replaceAll('hunter2-Secret', '<redacted>'));
  });

  it('holds no secret that the transcript held', () => {
    const file = '09:30:00.000 < R1(config)#\n09:30:00.000 > username a password 7 0822455D0A16';
    expect(testCaseOf(readTranscript(file, 'x'))).toBe(
      '# Made from the transcript.\n<_ R1(config)#\n> username a password 7 [redacted]\n!\n',
    );
  });

  it('escapes what the format would take for something else', () => {
    const file =
      '09:30:00.000 < a\\x41 b\n09:30:00.000 < \n09:30:00.000 < R1>\n09:30:00.000 > dir ?\n09:30:00.000 > ^C';
    const steps = parseScript(testCaseOf(readTranscript(file, 'x')));
    expect(steps).toEqual([
      { kind: 'hear', text: 'a\\x41 b\r\n' },
      { kind: 'hear', text: '\r\n' },
      { kind: 'hear', text: 'R1>' },
      { kind: 'type', text: 'dir \x16?\r', echo: '' },
      { kind: 'hear', text: 'dir ?\r\n' },
      { kind: 'type', text: '\x03', echo: '' },
      { kind: 'close' },
    ]);
  });
});
