import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Transport } from '../../src/dialogue/transport.ts';
import { openSession } from '../../src/ios/session.ts';
import { parseScript } from '../dialogue/script.ts';
import { ScriptedTransport } from '../dialogue/scripted-transport.ts';
import { opening, scriptedDevice } from './router.ts';

// Only the timers stand still: what a router says comes by setImmediate.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Everything that comes about without a timer. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
}

describe('how long a session waits', () => {
  it('waits for quiet behind the first prompt alone, and at its end for nothing but the router’s hanging up', async () => {
    const transport = new ScriptedTransport(opening('R1', '> exit\n!'));
    const opened = openSession({ device: scriptedDevice(), transport });
    await settled();
    expect(transport.typed).toBe('');
    await vi.advanceTimersByTimeAsync(100);
    await settled();
    const session = await opened;
    expect(transport.typed).toBe('\rterminal length 0\rterminal width 511\r');
    await session.close();
    transport.finish();
  });

  it('waits for quiet once more where anything but the prompt comes behind the empty line', async () => {
    const transport = new ScriptedTransport(
      parseScript('<_ R1#\n>\n< late words of a banner\n<_ R1#\n> terminal length 0'),
    );
    openSession({ device: scriptedDevice(), transport }).catch(() => undefined);
    await settled();
    await vi.advanceTimersByTimeAsync(100);
    await settled();
    expect(transport.typed).toBe('\r');
    await vi.advanceTimersByTimeAsync(100);
    await settled();
    expect(transport.typed).toBe('\rterminal length 0\r');
    transport.close();
  });

  it('keeps each reply with its command where a line of a banner was taken for the prompt it looks like', async () => {
    let hear: (bytes: Uint8Array) => void = () => undefined;
    const say = (text: string): void => hear(Buffer.from(text));
    const typed: string[] = [];
    const transport: Transport = {
      onData: (listener) => {
        hear = listener;
        setImmediate(() => say('R1#'));
      },
      onClose: () => undefined,
      close: () => undefined,
      write: (line) => {
        typed.push(line);
        // The banner ends, and the prompt comes; the empty line is read only now.
        if (typed.length === 1) setImmediate(() => say('\r\nR1#'));
        if (typed.length === 2) setImmediate(() => say('\r\nR1#'));
        if (typed.length >= 2) setImmediate(() => say(`${line}\n${answer(line)}R1#`));
      },
    };
    const answer = (line: string): string => (line.startsWith('show') ? `this is ${line}\n` : '');
    const opened = openSession({ device: scriptedDevice(), transport });
    await settled();
    await vi.advanceTimersByTimeAsync(100);
    await settled();
    const session = await opened;
    expect((await session.show('show clock')).trim()).toBe('this is show clock');
    expect(typed).toEqual(['\r', 'terminal length 0\r', 'terminal width 511\r', 'show clock\r']);
    const closed = session.close();
    await settled();
    await vi.advanceTimersByTimeAsync(2_000);
    await closed;
  });
});
