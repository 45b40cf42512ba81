import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { openTranscript, Transcript } from '../../src/dialogue/transcript.ts';
import { Secret } from '../../src/domain/secret.ts';
import { plainDevice } from './plain-device.ts';
import { parseScript } from './script.ts';
import { ScriptedTransport } from './scripted-transport.ts';

const now = (): Date => new Date('2026-03-01T10:00:00.500Z');
const header = { device: 'gw1', host: '192.0.2.1:22', startedAt: now(), version: '1.2.3' };

function collected(): { text: () => string; transcript: Transcript } {
  let text = '';
  return { text: () => text, transcript: new Transcript({ header, now, sink: (part) => (text += part) }) };
}

describe('a transcript', () => {
  it('says who was talked to, what was heard, typed and decided, and when', () => {
    const { text, transcript } = collected();
    transcript.heard('gw1');
    transcript.heard('#');
    transcript.typed('show clock');
    transcript.heard('Monday\ngw1#');
    transcript.note('clock: fine');
    transcript.close();
    expect(text()).toBe(`# trustfleet 1.2.3
# device: gw1 (192.0.2.1:22)
# started: 2026-03-01T10:00:00.500Z
10:00:00.500 < gw1#
10:00:00.500 > show clock
10:00:00.500 < Monday
10:00:00.500 < gw1#
10:00:00.500 * clock: fine
`);
  });

  it('holds no secret: not typed, not heard in two pieces, not in a configuration line, not in a note', () => {
    const { text, transcript } = collected();
    const secret = Secret.acquired('Tr4nscript-Secret', 'this test');
    transcript.typed(secret);
    transcript.typed({ parts: [' password ', secret] });
    transcript.heard('you said Tr4nscr');
    transcript.typed('yes');
    transcript.heard('ipt-Secret and\nenable secret 5 $1$abcd$efgh\n');
    transcript.note(`used ${secret.reveal()}`);
    transcript.close();
    expect(text()).not.toMatch(/Tr4n|ipt-Secret|\$1\$/);
    expect(transcript.lastLines()).not.toMatch(/Tr4n|ipt-Secret|\$1\$/);
    expect(text()).toContain('> [redacted]');
  });

  it('keeps the last lines for errors, and no more than it was told', () => {
    const transcript = new Transcript({ keepLines: 3 });
    for (let line = 1; line <= 9; line += 1) transcript.heard(`line ${line}\n`);
    transcript.heard('open');
    expect(transcript.lastLines(100)).toBe('< line 7\n< line 8\n< line 9\n< open');
    expect(transcript.lastLines(1)).toBe('< open');
  });

  it('writes a file that only its owner may read, even where one was before', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-transcript-'));
    const file = path.join(folder, 'gw1.txt');
    writeFileSync(file, 'old', { mode: 0o644 });
    const transcript = openTranscript(file, header);
    transcript.heard('gw1#');
    transcript.close();
    transcript.close();
    expect(readFileSync(file, 'utf8')).toMatch(/# device: gw1[\s\S]*< gw1#\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });

  it('does not disturb the session when it cannot be written, and says so when closed', () => {
    const transcript = new Transcript({
      sink: () => {
        throw new Error('disk full');
      },
    });
    transcript.heard('gw1#\n');
    transcript.typed('x');
    expect(() => transcript.close()).toThrow('disk full');
  });

  it('shows a session as a person saw it: no echo, no half of a secret that scrolled by', async () => {
    const { text, transcript } = collected();
    const secret = Secret.acquired('Sideways-Secret-42', 'this test');
    const transport = new ScriptedTransport(
      parseScript(`<_ gw1#
> show clock
< Monday
<_ gw1#
>^ pass Sideways-Secret-42 x\\r
< $Secret-42 x
<_ gw1#`),
      'bytes',
    );
    const channel = new Channel(transport, { habits: plainDevice, transcript });
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    channel.send('show clock');
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    channel.send({ parts: ['pass ', secret, ' x'] });
    await channel.waitFor([/^gw1#/], { timeoutMs: 400 });
    transcript.close();
    transport.finish();
    expect(
      text()
        .split('\n')
        .slice(3)
        .map((line) => line.slice(13)),
    ).toEqual(['< gw1#', '> show clock', '< Monday', '< gw1#', '> pass <redacted> x', '']);
  });
});
