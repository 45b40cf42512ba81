import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { converse } from '../../src/dialogue/converse.ts';
import { hold, join } from './held-conversation.ts';
import { plainDevice } from './plain-device.ts';
import { loadScript, type Step } from './script.ts';
import { ScriptedTransport } from './scripted-transport.ts';

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
          // Long silences: a busy machine may pause anywhere.
          const patient = { ...join, timeoutMs: 5_000 };
          const cut = (): number => Number(sizes.next().value);
          const { transport, result } = hold(steps, patient, cut, { reprintMs: 2_000 });
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
    ['whole', ''],
    ['bytes', ''],
    ['whole', 'Send the request? [yes/no]: '],
    ['bytes', 'Send the request? [yes/no]: '],
  ] as const)(
    'answers once where a log line breaks the echo of the answer and the question is printed again (read as %s, before it: “%s”)',
    async (split, printedAgain) => {
      const log = '*Mar  1 10:00:00: %A-5-B: c\r\n';
      const first = printedAgain === '' ? '' : `\r\n${log}${printedAgain}`;
      const again = { ...join, exchanges: join.exchanges.map((exchange) => ({ ...exchange, atMost: 2 })) };
      const asked = 'Send the request? [yes/no]: ';
      const steps: Step[] = [
        { kind: 'hear', text: 'gw1#' },
        { kind: 'type', text: 'join fleet alpha\r', echo: `join fleet alpha\r\n${asked}` },
        { kind: 'type', text: 'yes\r', echo: `${first}y\r\n${log}${asked}` },
        { kind: 'hear', text: 'yes\r\n% Request sent.\r\ngw1#' },
      ];
      const { transport, result } = hold(steps, again, split, { reprintMs: 2_000 });
      expect((await result).asked).toEqual(['send-request']);
      transport.finish();
    },
  );

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
