import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { converse } from '../../src/dialogue/converse.ts';
import type { Conversation, Dialogue, Exchange } from '../../src/dialogue/exchange.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { plainDevice } from './plain-device.ts';
import { loadScript, parseScript, type Step } from './script.ts';
import { ScriptedTransport, type Split } from './scripted-transport.ts';

const phrase = Secret.acquired('s3cret-Phrase', 'this test');
const question = (name: string, prompt: RegExp, type: string | Secret): Exchange => ({
  name,
  prompt,
  react: () => ({ type }),
});
const join: Dialogue = {
  name: 'join',
  opening: 'join fleet alpha',
  exchanges: [
    question('send-request', /Send the request\? \[yes\/no\]:/, 'yes'),
    question('serial-number', /Include the serial number\? \[yes\/no\]:/, 'no'),
    question('phrase-again', /Re-enter password:/, phrase),
    // Asynchronous, as a challenge that is minted when the device asks.
    {
      name: 'phrase',
      prompt: /^Password:/,
      react: () => new Promise((resolve) => setImmediate(resolve, { type: phrase })),
    },
  ],
  ends: /^gw1#/,
  timeoutMs: 400,
};

interface Held {
  readonly channel: Channel;
  readonly transport: ScriptedTransport;
  readonly result: Promise<Conversation>;
}

function hold(
  script: string | readonly Step[],
  dialogue = join,
  split: Split = 'whole',
  signal?: AbortSignal,
): Held {
  const transport = new ScriptedTransport(typeof script === 'string' ? parseScript(script) : script, split);
  const channel = new Channel(transport, { habits: plainDevice });
  const result = (async () => {
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    return converse(channel, dialogue, signal === undefined ? {} : { signal });
  })();
  return { channel, transport, result };
}

async function failure(result: Promise<unknown>): Promise<DeviceError> {
  const thrown = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DeviceError);
  return thrown as DeviceError;
}

const golden = loadScript('dialogue-join-fleet');
const ASKED = ['phrase', 'phrase-again', 'serial-number', 'send-request'];

describe('a conversation that goes well', () => {
  for (const split of ['whole', 'bytes'] as const) {
    it(`answers every question in the order the device asks (${split})`, async () => {
      const { transport, channel, result } = hold(golden, join, split);
      const conversation = await result;
      transport.finish();
      expect(conversation.asked).toEqual(ASKED);
      expect(conversation.prompt).toBe('gw1#');
      expect(conversation.syslog).toEqual(['*Mar  1 10:00:00.123: %FLEET-6-JOIN: joining by hand']);
      expect(conversation.text).toContain('% Request sent.');
      expect(conversation.text).not.toMatch(/FLEET-6|join fleet|gw1#|\r/);
      expect(channel.transcript.lastLines(100)).not.toContain('s3cret');
    });
  }

  const LOG = '*Mar  1 10:00:01.000: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up\r\n';

  /** A log line before a step: at a line's beginning, or behind an open question, perhaps with the question printed again. */
  function withLogs(steps: readonly Step[], places: readonly number[]): Step[] {
    return steps.flatMap((step, index) => {
      const place = places[index] ?? 0;
      const previous = steps[index - 1];
      const line = previous?.kind === 'hear' && !previous.text.endsWith('\n') ? previous.text : '';
      if (place === 0 || step.kind === 'close') return [step];
      const text = line === '' ? LOG : place === 1 ? `\r\n${LOG}` : place === 2 ? LOG : `\r\n${LOG}${line}`;
      return [{ kind: 'hear', text, anytime: true }, step];
    });
  }

  it('waits for the echo of two commands of a device that prints none, and no longer after that', async () => {
    const commands = [1, 2, 3, 4].flatMap((number): Step[] => [
      { kind: 'type', text: `show ${number}\r`, echo: '' },
      { kind: 'hear', text: `${number}\r\ngw1#` },
    ]);
    const transport = new ScriptedTransport([{ kind: 'hear', text: 'gw1#' }, ...commands]);
    const reprintMs = 300;
    const channel = new Channel(transport, { habits: { ...plainDevice, quietMs: 5, reprintMs } });
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    const took: boolean[] = [];
    for (const number of [1, 2, 3, 4]) {
      const opening = `show ${number}`;
      const startedAt = performance.now();
      const { text } = await converse(channel, { ...join, name: opening, opening, exchanges: [] });
      expect(text.trim()).toBe(String(number));
      took.push(performance.now() - startedAt > reprintMs / 2);
    }
    transport.finish();
    expect(took).toEqual([true, true, false, false]);
  });

  it('types the same and hears the same, however reads are split and log lines fall', async () => {
    const plain = await hold(golden).result;
    const noBlankLines = (text: string): string[] => text.split('\n').filter((line) => line.trim() !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: golden.length, maxLength: golden.length }),
        fc.infiniteStream(fc.integer({ min: 1, max: 30 })),
        async (places, sizes) => {
          const steps = withLogs(golden, places);
          const { transport, result } = hold(steps, join, () => Number(sizes.next().value));
          const conversation = await result;
          transport.finish();
          expect(conversation.asked).toEqual(ASKED);
          const reprinted = new Set(places).has(3);
          const lines = noBlankLines(conversation.text);
          if (reprinted) expect(new Set(lines)).toEqual(new Set(noBlankLines(plain.text)));
          else expect(lines).toEqual(noBlankLines(plain.text));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes a question printed again behind a log line for the same question, even when answered meanwhile', async () => {
    const log = '< *Mar  1 10:00:00: %A-5-B: c';
    const { transport, result } = hold(`<_ gw1#
> join fleet alpha
<_ Password:\\s
>* s3cret-Phrase
${log}
<_ Password:\\s
< \\s
<_ Re-enter password:\\s
>* s3cret-Phrase
<_ gw1#`);
    expect((await result).asked).toEqual(['phrase', 'phrase-again']);
    transport.finish();
  });

  it.each([
    ['behind a log line', '*Mar  1 10:00:00: %A-5-B: c\r\n', 'Monday'],
    ['behind something printed late', ' Fingerprint: 1234\r\n', 'Fingerprint: 1234\nMonday'],
  ])('does not take the prompt printed again %s for the end of the command', async (_, late, text) => {
    for (const split of ['bytes', 'whole'] as const) {
      const transport = new ScriptedTransport(
        [
          { kind: 'hear', text: 'gw1#' },
          { kind: 'type', text: 'show date\r', echo: `\r\n${late}gw1#` },
          { kind: 'hear', text: 'show date\r\nMonday\r\ngw1#' },
        ],
        split,
      );
      const channel = new Channel(transport, { habits: plainDevice });
      await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
      const show = { ...join, opening: 'show date', exchanges: [] };
      expect((await converse(channel, show)).text.trim()).toBe(text);
    }
  });

  it('takes the prompt for the end when a device echoes nothing, after a while', async () => {
    const { result } = hold('<_ gw1#\n>* join fleet alpha\n< done\n<_ gw1#');
    expect((await result).text.trim()).toBe('done');
  });
});

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

describe('a conversation that is broken off', () => {
  const accept = (instead?: string): Dialogue => ({
    ...join,
    exchanges: [
      {
        name: 'accept',
        prompt: /Accept\? \[yes\/no\]:/,
        react: ({ sinceLastAnswer }) => ({
          abort: new DeviceError('fingerprint-mismatch', `heard ${/FP (\w+)/.exec(sinceLastAnswer)?.[1]}`),
          ...(instead === undefined ? {} : { instead }),
        }),
      },
    ],
  });

  it('types the way out of an abort reaction and presses nothing when that ends the dialogue', async () => {
    const { transport, result } = hold(
      '<_ gw1#\n> join fleet alpha\n< FP ABCD\n<_ Accept? [yes/no]:\\s\n> no\n< % Rejected.\n<_ gw1#',
      accept('no'),
      'bytes',
    );
    expect(await failure(result)).toMatchObject({ code: 'fingerprint-mismatch', message: 'heard ABCD' });
    transport.finish();
  });

  it('presses Ctrl-C after an abort reaction that leaves a question open', async () => {
    const { transport, result } = hold(
      '<_ gw1#\n> join fleet alpha\n<_ Accept? [yes/no]:\\s\n> no\n<_ Sure? [yes/no]:\\s\n>^ \\x03\n<_ gw1#',
      accept('no'),
    );
    expect((await failure(result)).code).toBe('fingerprint-mismatch');
    transport.finish();
  });

  it('leaves the dialogue when a reaction fails, and throws that failure', async () => {
    const dialogue: Dialogue = {
      ...join,
      exchanges: [
        {
          name: 'phrase',
          prompt: /Password:/,
          react: () => Promise.reject(new DeviceError('challenge-unavailable', 'none left')),
        },
      ],
    };
    const { transport, result } = hold(
      '<_ gw1#\n> join fleet alpha\n<_ Password:\n>^ \\x03\n<_ gw1#',
      dialogue,
    );
    expect((await failure(result)).code).toBe('challenge-unavailable');
    transport.finish();
  });

  it('leaves the dialogue when the signal fires during a reaction, and types no answer', async () => {
    const controller = new AbortController();
    const dialogue: Dialogue = {
      ...join,
      exchanges: [
        {
          name: 'phrase',
          prompt: /Password:/,
          react: () => {
            controller.abort();
            return new Promise(() => undefined);
          },
        },
      ],
    };
    const script = '<_ gw1#\n> join fleet alpha\n<_ Password:\n>^ \\x03\n<_ gw1#';
    const { transport, result } = hold(script, dialogue, 'whole', controller.signal);
    expect((await failure(result)).code).toBe('interrupted');
    transport.finish();
  });

  it('types nothing when the question has gone by the time the answer is known', async () => {
    const slow: Dialogue = {
      ...join,
      exchanges: [
        {
          name: 'phrase',
          prompt: /Password:/,
          react: () => new Promise((resolve) => setTimeout(resolve, 20, { type: phrase })),
        },
      ],
    };
    const { transport, result } = hold(
      '<_ gw1#\n> join fleet alpha\n<_ Password:\\s\n< \n< % Timed out.\n<_ gw1#',
      slow,
    );
    expect((await result).asked).toEqual([]);
    transport.finish();
    expect(transport.typed).toBe('join fleet alpha\r');
  });

  it('fails at once when the connection breaks during a reaction', async () => {
    const dialogue: Dialogue = {
      ...join,
      exchanges: [{ name: 'phrase', prompt: /Password:/, react: () => new Promise(() => undefined) }],
    };
    const { result } = hold('<_ gw1#\n> join fleet alpha\n<_ Password:\n!', dialogue);
    expect(await failure(result)).toMatchObject({ code: 'connection-lost' });
  });

  it('gives up after the longest silence, with the last lines heard', async () => {
    const { transport, result } = hold(
      '<_ gw1#\n> join fleet alpha\n< % Joining.\n<_ Working\n>^ \\x03\n<_ gw1#',
      { ...join, timeoutMs: 50 },
    );
    const error = await failure(result);
    transport.finish();
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('Working');
    expect(error.detail).toContain('< % Joining.');
  });

  it('types nothing at all when the signal has fired before', async () => {
    const { transport, result } = hold('<_ gw1#', join, 'whole', AbortSignal.abort());
    expect((await failure(result)).code).toBe('interrupted');
    expect(transport.typed).toBe('');
  });
});
