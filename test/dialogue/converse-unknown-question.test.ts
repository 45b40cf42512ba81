import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { converse } from '../../src/dialogue/converse.ts';
import { failure, hold, join } from './held-conversation.ts';
import { plainDevice } from './plain-device.ts';
import { parseScript } from './script.ts';
import { ScriptedTransport, type Split } from './scripted-transport.ts';

describe('an unknown question', () => {
  const script = (line: string): string => `<_ gw1#
> join fleet alpha
< % Joining.
<_ ${line}
>^ \\x03
< ^C
<_ gw1#`;

  it('is not answered: the dialogue is left with Ctrl-C and the question is in the message', async () => {
    const { transport, channel, result } = hold(script('Overwrite the old identity? [confirm]'));
    const error = await failure(result);
    transport.finish();
    expect(error.code).toBe('unexpected-question');
    expect(error.message).toContain('Overwrite the old identity? [confirm]');
    expect(error.detail).toContain('< % Joining.');
    expect(channel.isOpen).toBe(true);
  });

  it('is never typed at, whatever it says', async () => {
    const word = fc.stringMatching(/^[A-Za-z%][A-Za-z ,%.-]{0,30}$/);
    const ending = fc.constantFrom(
      '[yes/no]: ',
      '[no]: ',
      '[confirm]',
      '? ',
      '[]: ',
      '[1024]: ',
      ' password: ',
    );
    await fc.assert(
      fc.asyncProperty(word, ending, fc.constantFrom<Split>('bytes', 'whole'), async (text, end, split) => {
        const { transport, result } = hold(script(`Q ${text} ${end.trimEnd()}`), join, split);
        expect((await failure(result)).code).toBe('unexpected-question');
        transport.finish();
        expect(transport.typed).toBe('join fleet alpha\r\x03');
      }),
      { numRuns: 25 },
    );
  });

  it('closes the connection when the question cannot be left', async () => {
    const { transport, channel, result } = hold(`<_ gw1#
> join fleet alpha
<_ Really? [yes/no]:
>^ \\x03
<_ Really? [yes/no]:`);
    expect((await failure(result)).code).toBe('unexpected-question');
    transport.finish();
    expect(channel.isOpen).toBe(false);
  });

  it('is not answered by keys that end a line: they wait for an empty line', async () => {
    const impatient = { ...plainDevice, leave: [...plainDevice.leave, { keys: '\r', waitMs: 60 }] };
    const talk = async (script: string): Promise<{ typed: string; open: boolean }> => {
      const transport = new ScriptedTransport(
        parseScript(`<_ gw1#\n> join fleet alpha\n<_ Go? [confirm]\n>^ \\x03\n${script}`),
      );
      const channel = new Channel(transport, { habits: impatient });
      await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
      expect((await failure(converse(channel, join))).code).toBe('unexpected-question');
      transport.finish();
      return { typed: transport.typed, open: channel.isOpen };
    };
    expect(await talk('')).toEqual({ typed: 'join fleet alpha\r\x03', open: false });
    expect(await talk('< ^C\n>^ \\r\n<_ \\r\\ngw1#')).toEqual({
      typed: 'join fleet alpha\r\x03\r',
      open: true,
    });
  });

  it('waits on when more text follows what looked like a question', async () => {
    const { transport, result } = hold(`<_ gw1#
> join fleet alpha
<_ Is all well?
<  Yes, it is.
<_ gw1#`);
    expect((await result).text.trim()).toBe('Is all well? Yes, it is.');
    transport.finish();
  });

  it.each(['whole', 'bytes'] as const)(
    'may be one without brackets: the open line ends in a colon and stays (read as %s)',
    async (split) => {
      const { transport, channel, result } = hold(script('Target IP address:\\s'), join, split);
      expect(await failure(result)).toMatchObject({
        code: 'unexpected-question',
        message: expect.stringContaining('Target IP address:'),
      });
      transport.finish();
      expect(transport.typed).toBe('join fleet alpha\r\x03');
      expect(channel.isOpen).toBe(true);
    },
  );

  it('is none where a line of output that a log line follows ends in a colon', async () => {
    const log = '*Mar  1 10:00:01.000: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up';
    const { result } = hold(`<_ gw1#\n> join fleet alpha\n< It has these attributes:\n<~ ${log}\n`);
    expect((await failure(result)).code).toBe('timeout');
  });

  it('includes a known question asked once too often', async () => {
    const again = { ...join, exchanges: join.exchanges.map((exchange) => ({ ...exchange, atMost: 2 })) };
    const ask = '<_ Send the request? [yes/no]:\\s\n> yes\n< % Please answer.\n';
    const { transport, result } = hold(
      `<_ gw1#\n> join fleet alpha\n${ask}${ask}<_ Send the request? [yes/no]:\\s\n>^ \\x03\n<_ gw1#`,
      again,
    );
    const error = await failure(result);
    transport.finish();
    expect(error.code).toBe('unexpected-question');
    expect(error.message).toContain('once too often');
  });

  it('is told from a prompt that does not close the dialogue, which is an error too', async () => {
    const { result } = hold('<_ gw1#\n> join fleet alpha\n<_ gw1(config)#\n>^ \\x03\n<_ gw1(config)#');
    expect((await failure(result)).message).toContain('gw1(config)#');
  });
});
