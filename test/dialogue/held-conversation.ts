import { expect } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { converse } from '../../src/dialogue/converse.ts';
import type { Conversation, Dialogue, Exchange } from '../../src/dialogue/exchange.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { plainDevice } from './plain-device.ts';
import { parseScript, type Step } from './script.ts';
import { ScriptedTransport, type Split } from './scripted-transport.ts';

export const phrase = Secret.acquired('s3cret-Phrase', 'this test');
const question = (name: string, prompt: RegExp, type: string | Secret): Exchange => ({
  name,
  prompt,
  react: () => ({ type }),
});
export const join: Dialogue = {
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

export function hold(
  script: string | readonly Step[],
  dialogue = join,
  split: Split = 'whole',
  { signal, reprintMs }: { readonly signal?: AbortSignal; readonly reprintMs?: number } = {},
): Held {
  const transport = new ScriptedTransport(typeof script === 'string' ? parseScript(script) : script, split);
  const habits = reprintMs === undefined ? plainDevice : { ...plainDevice, reprintMs };
  const channel = new Channel(transport, { habits });
  const result = (async () => {
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    return converse(channel, dialogue, signal === undefined ? {} : { signal });
  })();
  return { channel, transport, result };
}

export async function failure(result: Promise<unknown>): Promise<DeviceError> {
  const thrown = await result.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DeviceError);
  return thrown as DeviceError;
}
