import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../src/dialogue/transcript.ts';
import { toDeviceError } from '../../../src/domain/errors.ts';
import { generatePassword, listRequests } from '../../../src/ios/dialogues/certificate-server.ts';
import { findRefusal } from '../../../src/ios/refusals.ts';

const WANTED = { server: 'CS', minutes: 30 };

function saying(...replies: readonly string[]) {
  const left = [...replies];
  const typed: string[] = [];
  return {
    typed,
    hostname: 'hub-1',
    ask: async (command: string) => {
      typed.push(command);
      const text = left.shift() ?? '';
      const refusal = findRefusal(text);
      return refusal === undefined ? { text } : { text, refusal };
    },
  };
}

describe('a one-time password of a certificate server', () => {
  it.each([
    ['alone', '9BC8DAF1E12C5A07\n'],
    ['behind its name', '% New Password: 9BC8DAF1E12C5A07\n'],
    ['in a sentence', '% Enrollment password is 9BC8DAF1E12C5A07\n\n'],
    ['below its name', '% New password:\n  9BC8DAF1E12C5A07\n'],
    ['with its life behind it', 'Password: 9BC8DAF1E12C5A07\n% The password is valid for 30 minutes\n'],
  ])('is read %s', async (_where, reply) => {
    const session = saying(reply);
    expect((await generatePassword(session, WANTED)).reveal()).toBe('9BC8DAF1E12C5A07');
    expect(session.typed).toEqual(['crypto pki server CS password generate 30']);
  });

  it.each([
    ['two', 'Password: AAAABBBBCCCC0001\nPassword: AAAABBBBCCCC0002\n', 'output-unreadable'],
    ['none', '\n', 'output-unreadable'],
    ['a sentence', '% Password could not be generated now AAAABBBBCCCC0003\n', 'output-unreadable'],
    ['an unknown server', "% Certificate server 'CS' is not known.\n", 'command-refused'],
    ['an unknown command', "              ^\n% Invalid input detected at '^' marker.\n", 'command-refused'],
  ])('is not made up from %s, and the error holds nothing of it', async (_what, reply, code) => {
    const error = await generatePassword(saying(reply), WANTED).catch(toDeviceError);
    expect(error).toMatchObject({ code });
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('AAAABBBB');
  });
});

describe('a transcript that is held back', () => {
  it('shows a password as [redacted] that was read in what it holds back', async () => {
    const lines: string[] = [];
    const transcript = new Transcript({ sink: (text) => lines.push(text) });
    await transcript.holdBack(() => {
      transcript.heard('% New Password: 77C8DAF1E12C5A99\n');
      return generatePassword(saying('% New Password: 77C8DAF1E12C5A99\n'), WANTED);
    });
    transcript.close();
    expect(lines.join('')).toContain('% New Password: [redacted]');
  });

  it('writes nothing of what was heard where nothing could be read', async () => {
    const lines: string[] = [];
    const transcript = new Transcript({ sink: (text) => lines.push(text) });
    await transcript
      .holdBack(async () => {
        transcript.heard('% Pass is 66C8DAF1E12C5A99\n');
        throw new Error('unreadable');
      })
      .catch(() => undefined);
    transcript.close();
    expect(lines.join('')).toContain('* what was heard is not written here');
    expect(lines.join('')).not.toContain('66C8DAF1E12C5A99');
    expect(transcript.lastLines()).not.toContain('66C8DAF1E12C5A99');
  });
});

describe('the requests at a certificate server', () => {
  it('are asked for in other words where the release does not know the first', async () => {
    const session = saying(
      "       ^\n% Invalid input detected at '^' marker.\n",
      'Enrollment Request Database:\n',
    );
    expect(await listRequests(session, 'CS')).toEqual([]);
    expect(session.typed).toEqual([
      'crypto pki server CS info requests',
      'show crypto pki server CS requests',
    ]);
  });
});
