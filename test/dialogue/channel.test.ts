import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { plainDevice } from './plain-device.ts';
import { parseScript } from './script.ts';
import { ScriptedTransport } from './scripted-transport.ts';

function channelFor(
  script: string,
  split: 'bytes' | 'whole' = 'bytes',
): { channel: Channel; transport: ScriptedTransport } {
  const transport = new ScriptedTransport(parseScript(script), split);
  return { transport, channel: new Channel(transport, { habits: plainDevice }) };
}

/** A channel that hears what the test says. */
function bare(): { channel: Channel; hear: (text: string) => void; lose: (reason: Error) => void } {
  let listener: (bytes: Uint8Array) => void = () => undefined;
  let lose: (reason: Error) => void = () => undefined;
  const channel = new Channel(
    {
      write: () => undefined,
      onData: (given) => {
        listener = given;
      },
      onClose: (given) => {
        lose = given;
      },
      close: () => undefined,
    },
    { habits: plainDevice },
  );
  return { channel, hear: (text) => listener(Buffer.from(text)), lose: (reason) => lose(reason) };
}

const quick = { timeoutMs: 400 };

describe('a channel', () => {
  it('waits for a prompt on the last line, not for one that other text follows', async () => {
    const { channel } = channelFor('< gw1# is my name\n<_ gw1#', 'whole');
    expect((await channel.waitFor([/gw1#/], quick)).text).toBe('gw1# is my name\ngw1#');
  });

  it('turns pages and leaves no trace of them in the reply', async () => {
    for (const split of ['bytes', 'whole'] as const) {
      const { channel, transport } = channelFor(
        `<_ gw1#
> show all
< one
<_  --More--\\s
>^ \\s
<_ \\b\\b\\b\\b\\b\\b\\b\\b\\b\\b          \\b\\b\\b\\b\\b\\b\\b\\b\\b\\b
< two
<_  --More--\\s
>^ \\s
<_ \\r\\e[K
< three
<_ gw1#`,
        split,
      );
      await channel.waitFor([/^gw1#/], quick);
      channel.send('show all');
      expect((await channel.waitFor([/^gw1#/], quick)).text).toBe('\none\ntwo\nthree\ngw1#');
      transport.finish();
    }
  });

  it('hands log messages on whole, with the lines they go on in', async () => {
    const { channel } = channelFor(`<_ gw1#*Mar  1 10:00:00: %A-5-B: first
<
< *Mar  1 10:00:01: %A-5-C:
<                     more of it
< *Mar  1 10:00:02: %A-5-D: glued*Mar  1 10:00:02: %A-5-E: twice
<_ *Mar  1 10:00:03: %A-5-F: then a promptgw1#`);
    const messages: string[] = [];
    channel.onSyslog((message) => messages.push(message.replace(/^\S+ +\d+ \S+ /, '')));
    const { tail } = await channel.waitFor([/^never/], { timeoutMs: 60 }).catch(() => channel.heard());
    expect(tail).toBe('gw1#');
    expect(messages.slice(0, 3)).toEqual([
      '%A-5-B: first',
      '%A-5-C:\nmore of it',
      expect.stringContaining('%A-5-D: glued'),
    ]);
  });

  it('hands on the first line of a log message at once to whoever does not want the rest', () => {
    const { channel, hear } = bare();
    const heard: string[] = [];
    channel.onSyslog((message) => heard.push(`begun: ${message}`), 'begun');
    channel.onSyslog((message) => heard.push(`whole: ${message}`));
    hear('*Mar  1 10:00:01: %PKI-6-CERTRET: Certificate');
    expect(heard).toEqual([]);
    hear(' received\r\n');
    expect(heard).toEqual([expect.stringMatching(/^begun: .*%PKI-6-CERTRET: Certificate received$/)]);
    hear('R1#\r\n');
    expect(heard.slice(1)).toEqual([expect.stringMatching(/^whole: .*%PKI-6-CERTRET/)]);
  });

  it('sees a question that a log line ended, when both came in one read', async () => {
    const { channel, hear } = bare();
    const seen = channel.waitFor([/^Password:/], quick);
    hear('% Joining.\r\nPassword: \r\n*Mar  1 10:00:00: %A-5-B: c\r\n');
    expect(await seen).toMatchObject({ tail: 'Password: ', restored: true });
    channel.answer('x');
    hear('\r\n');
    expect(channel.heard()).toMatchObject({ tail: '', text: '' });
  });

  it('loses nothing when it types while a log line is half printed', async () => {
    const { channel, hear } = bare();
    hear('gw1#\r\n*Mar  1 10:0');
    channel.send('show date');
    hear('0:00: %A-5-B: c\r\nshow date\r\nMonday\r\ngw1#');
    const { text, echoed } = await channel.waitFor([/^gw1#/], quick);
    expect({ text, echoed }).toEqual({ text: '\nMonday\ngw1#', echoed: true });
  });

  it('makes keys literal in commands and leaves answers as they are', async () => {
    const { channel, transport } = channelFor('<_ gw1#\n>^ a\\x16?b\\r\n<_ a?b\\r\\ngw1#\n>^ a?b\\r');
    await channel.waitFor([/^gw1#/], quick);
    channel.send('a?b');
    await channel.waitFor([/^gw1#/], quick);
    channel.answer('a?b');
    transport.finish();
  });

  it.each(['a\nb', 'a\rb', 'a\x03', '\x1b[A', 'a\x7f'])(
    'refuses to type control characters: %j',
    async (text) => {
      const { channel, transport } = channelFor('<_ gw1#');
      await channel.waitFor([/^gw1#/], quick);
      const secret = Secret.acquired(`S3cr${text}`, 'this test');
      expect(() => channel.send(text)).toThrow(RangeError);
      expect(() => channel.answer(secret)).toThrow('[redacted]');
      expect(transport.typed).toBe('');
    },
  );

  it('times out after silence, not while the device talks; log lines are no talk', async () => {
    const { channel } = channelFor('<_ Password:\\s', 'whole');
    const error = channel.waitFor([/^gw1#/], { timeoutMs: 30 });
    await expect(error).rejects.toMatchObject({
      code: 'timeout',
      message: 'nothing new for 0.03 s; the last line is “Password:”',
      detail: '< Password:',
    });
  });

  it('gives up on a device that talks for ever', async () => {
    const { channel, hear } = bare();
    const timer = setInterval(() => hear('more\r\n'), 5);
    await expect(channel.waitFor([/^gw1#/], { timeoutMs: 50, overallMs: 80 })).rejects.toMatchObject({
      code: 'timeout',
    });
    clearInterval(timer);
    const flood = channel.waitFor([/^gw1#/], { timeoutMs: 500 });
    for (let megabyte = 0; megabyte < 9; megabyte += 1) hear(`${'x'.repeat(998)}\r\n`.repeat(1_000));
    await expect(flood).rejects.toMatchObject({ code: 'output-unreadable' });
  });

  it('tells everybody that the connection is lost, then and later', async () => {
    const { channel } = channelFor('<_ gw1#\n> reload\n< Bye.\n!');
    await channel.waitFor([/^gw1#/], quick);
    channel.send('reload');
    const lost = { code: 'connection-lost', detail: '< gw1#\n> reload\n< Bye.' };
    await expect(channel.waitFor([/^gw1#/], quick)).rejects.toMatchObject(lost);
    await expect(channel.waitFor([/^gw1#/], quick)).rejects.toMatchObject(lost);
    expect(() => channel.send('x')).toThrow('the device broke the connection');
    expect(channel.isOpen).toBe(false);
  });

  it('adds the last lines heard to a reason that tells none', async () => {
    const { channel, hear, lose } = bare();
    hear('gw1#');
    const waiting = channel.waitFor([/^never/], quick);
    lose(new DeviceError('connection-lost', 'the device ended the session', { hint: 'see why' }));
    await expect(waiting).rejects.toMatchObject({
      code: 'connection-lost',
      message: 'the device ended the session',
      detail: '< gw1#',
      hint: 'see why',
    });
  });

  it('stops waiting when the signal fires', async () => {
    const { channel } = channelFor('<_ gw1#');
    const controller = new AbortController();
    const waiting = channel.waitFor([/^never/], { ...quick, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    await expect(channel.waitFor([/^gw1#/], quick)).resolves.toMatchObject({ index: 0 });
  });
});
