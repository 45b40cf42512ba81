import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { converse } from '../../src/dialogue/converse.ts';
import type { Dialogue } from '../../src/dialogue/exchange.ts';
import { findGluedQuestion } from '../../src/dialogue/glued-question.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { plainDevice } from './plain-device.ts';
import { parseScript } from './script.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const PASSWORD = /^password:/i;
const AGAIN = /^re-enter password:/i;
const SEND = /send the request\? \[yes\/no\]:/i;
const REPEAT = /\brepeat[^\n]*\? \[yes\/no\]:/i;
const QUESTIONS = [PASSWORD, AGAIN, SEND, REPEAT];
const LOG = '*Mar  1 10:00:01.000: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up';

describe('a question glued behind a log line', () => {
  it.each([
    [`${LOG}Password: `, 'Password: '],
    [`${LOG}Re-enter password: `, 'Re-enter password: '],
    [`${LOG}.Password:`, 'Password:'],
    [`${LOG}% Send the request? [yes/no]: `, 'Send the request? [yes/no]: '],
    [`${LOG} Send the request? [yes/no]:`, 'Send the request? [yes/no]:'],
  ])('is found in %j', (message, question) => {
    expect(findGluedQuestion(message, QUESTIONS, plainDevice.looksLikeQuestion)).toBe(question);
  });

  it.each([
    ['no question at all', LOG],
    ['more text follows', `${LOG}Password: refused`],
    ['nobody asks it here', `${LOG}Overwrite it? [yes/no]: `],
    ['the log line ends in such a word itself', `${LOG}, see the password: `],
    [
      'another question follows a word of the log line',
      `${LOG} Repeating for TP aliceRemove all? [yes/no]: `,
    ],
    ['another question follows an abbreviation', `${LOG} Repeating for BRANCHRemove all? [yes/no]: `],
  ])('is not made up: %s', (_why, message) => {
    expect(findGluedQuestion(message, QUESTIONS, plainDevice.looksLikeQuestion)).toBeUndefined();
  });
});

describe.each(['whole', 'bytes'] as const)(
  'a dialogue whose question is glued behind a log line (read as %s)',
  (split) => {
    const join: Dialogue = {
      name: 'join',
      opening: 'join fleet',
      exchanges: [
        { name: 'send', prompt: SEND, react: () => ({ type: 'yes' }) },
        { name: 'phrase', prompt: PASSWORD, react: () => ({ type: 'guess-me' }) },
        { name: 'phrase-again', prompt: AGAIN, react: () => ({ type: 'guess-me' }) },
      ],
      ends: /^gw1#/,
      timeoutMs: 400,
    };

    async function hold(script: string, quietMs = 25) {
      const transport = new ScriptedTransport(parseScript(`<_ gw1#\n> join fleet\n${script}`), split);
      const channel = new Channel(transport, { habits: { ...plainDevice, quietMs } });
      await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
      const result = await converse(channel, join).catch((thrown: unknown) => thrown);
      transport.finish();
      return { result, channel };
    }

    it('answers it like any other, once', async () => {
      const { result } = await hold(
        `< % Joining.\n< \n<_ ${LOG}Password:\\s\n>* guess-me\n<_ Re-enter password:\\s\n>* guess-me\n` +
          `<_ ${LOG}Send the request? [yes/no]:\\s\n> yes\n< % Request sent.\n<_ gw1#`,
      );
      expect(result).toMatchObject({
        asked: ['phrase', 'phrase-again', 'send'],
        text: expect.stringMatching(/^\n?% Joining\.[\s\S]*% Request sent\.\n$/),
        syslog: [expect.stringContaining('%LINK-3-UPDOWN'), expect.stringContaining('%LINK-3-UPDOWN')],
      });
    });

    it('does not answer when the log line goes on', async () => {
      const { result } = await hold(`<_ ${LOG}, Password:\n<  was tried\n<_ gw1#`, 2_000);
      expect(result).toMatchObject({ asked: [] });
    });

    it('answers none that nobody planned for, and says so', async () => {
      const { result, channel } = await hold(`<_ ${LOG}Erase it? [yes/no]:\\s\n>^ \\x03\n< ^C\n<_ gw1#`);
      expect(result).toBeInstanceOf(DeviceError);
      expect(result).toMatchObject({
        code: 'unexpected-question',
        message: expect.stringContaining('Erase it? [yes/no]:'),
      });
      expect(channel.isOpen).toBe(true);
    });
  },
);
