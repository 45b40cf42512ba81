import { describe, expect, it } from 'vitest';
import type { Dialogue } from '../../src/dialogue/exchange.ts';
import { hold } from './held-conversation.ts';
import type { Split } from './scripted-transport.ts';

const LINES = ['QUJDREVGR0hJSktMTU5PUA==', 'UVJTVFVWV1hZWg==', 'quit'];
const badge: Dialogue = {
  name: 'badge',
  opening: 'badge import',
  exchanges: [
    {
      name: 'badge-text',
      prompt: /^End with "quit"/m,
      asksForText: true,
      react: () => ({ paste: LINES }),
    },
    { name: 'keep', prompt: /Keep it\? \[yes\/no\]:/, react: () => ({ type: 'yes' }) },
  ],
  ends: /^gw1#/,
  timeoutMs: 400,
};
const OPENING = '<_ gw1#\n> badge import\n<\n< Enter the badge.\n< End with "quit"\n<\n';
const SPLITS: readonly Split[] = ['bytes', 'whole'];

describe.each(SPLITS)('a text that a device asks for, its words cut into %s', (split) => {
  it('is typed line by line, each behind the echo of the one before', async () => {
    const script = `${OPENING}> ${LINES.join('\n> ')}\n< Badge read.\n<_ Keep it? [yes/no]:\\s\n> yes\n< Kept.\n<_ gw1#`;
    const { transport, result } = hold(script, badge, split);
    const { text, asked } = await result;
    transport.finish();
    expect(asked).toEqual(['badge-text', 'keep']);
    expect(text).toContain('Badge read.\n');
    expect(text).toContain('Kept.\n');
    expect(text).not.toContain('QUJD');
  });

  it('goes on behind a log line', async () => {
    const log = '<~ *Mar  1 10:00:01.000: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up\n';
    const script = `${OPENING}> ${LINES[0]}\n${log}> ${LINES[1]}\n> quit\n<_ gw1#`;
    const { transport, result } = hold(script, badge, split);
    const { syslog } = await result;
    transport.finish();
    expect(syslog).toHaveLength(1);
  });

  it('reaches a device that echoes nothing', async () => {
    const script = `${OPENING}>^ ${LINES[0]}\\r\n>^ ${LINES[1]}\\r\n>^ quit\\r\n< Badge read.\n<_ gw1#`;
    const { transport, result } = hold(script, badge, split);
    expect((await result).text).toContain('Badge read.');
    transport.finish();
  });

  it('ends where the device has gone back to its prompt: the rest is not typed there', async () => {
    const script = `${OPENING}> ${LINES[0]}\n< % That is no badge.\n<_ gw1#`;
    const { transport, result } = hold(script, badge, split);
    expect((await result).text).toContain('% That is no badge.');
    transport.finish();
    expect(transport.typed).not.toContain(LINES[1]);
  });
});
