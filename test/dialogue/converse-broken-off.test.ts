import { describe, expect, it } from 'vitest';
import type { Dialogue } from '../../src/dialogue/exchange.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { failure, hold, join, phrase } from './held-conversation.ts';

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
    const { transport, result } = hold(script, dialogue, 'whole', { signal: controller.signal });
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
    const { transport, result } = hold('<_ gw1#', join, 'whole', { signal: AbortSignal.abort() });
    expect((await failure(result)).code).toBe('interrupted');
    expect(transport.typed).toBe('');
  });
});
