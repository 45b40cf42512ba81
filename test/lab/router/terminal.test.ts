import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readLine } from '../../../src/lab/router/line-editor.ts';
import { Terminal } from '../../../src/lab/router/terminal.ts';
import { Typist } from './typist.ts';
import { startRouter } from './world.ts';

/** The captured rule of the sideways scrolling echo, written down independently of the editor. */
function captured(command: string, promptLength: number, width: number): string {
  const limit = width - 3;
  let out = '';
  let start = 0;
  let scrolled = false;
  let column = promptLength;
  for (let index = 0; index < command.length; index += 1) {
    if (column < limit) {
      out += command[index];
      column += 1;
      continue;
    }
    const span = limit - promptLength;
    out += scrolled ? '\b'.repeat(span - 1) : `${'\b'.repeat(span)}$`;
    start += scrolled ? 10 : 11;
    scrolled = true;
    out += command.slice(start, index + 1) + ' '.repeat(9) + '\b'.repeat(9);
    column = promptLength + 1 + (index + 1 - start);
  }
  return out;
}

/** Types keys into a terminal of that width; what it wrote behind the prompt, and the line it read. */
async function typeInto(prompt: string, keys: string, width = 80): Promise<{ echo: string; line: string }> {
  let written = '';
  const terminal = new Terminal({
    write: (text) => {
      written += text;
    },
    end: () => {},
    cut: () => {},
  });
  terminal.width = width;
  terminal.feed(Buffer.from(`${keys}\r`, 'latin1'));
  const { text } = await readLine(terminal, { prompt, help: () => 'help\n', ctrlZ: true });
  return { echo: written.slice(prompt.length), line: text };
}

/** What stands on one screen line after these bytes. */
function screen(bytes: string): string {
  const cells: string[] = [];
  let column = 0;
  for (const char of bytes) {
    if (char === '\b') column -= 1;
    else cells[column++] = char;
  }
  return cells.join('').trimEnd();
}

describe('the echo', () => {
  it('scrolls sideways at the right edge as captured', async () => {
    const command = 'crypto pki export Self pem terminal aes password cisco123';
    const { echo } = await typeInto('SVL_9500_40X(config)#', command);
    expect(echo).toBe(
      `crypto pki export Self pem terminal aes password cisco12${'\b'.repeat(56)}` +
        `$export Self pem terminal aes password cisco123${' '.repeat(9)}${'\b'.repeat(9)}\r\n`,
    );
  });

  it('follows the captured rule for any line, prompt and width', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '/', ':', '.', '-', '='), maxLength: 400 }),
        fc.integer({ min: 3, max: 40 }),
        fc.integer({ min: 72, max: 200 }),
        async (command, promptLength, width) => {
          const { echo, line } = await typeInto('#'.repeat(promptLength), command, width);
          expect(echo).toBe(`${captured(command, promptLength, width)}\r\n`);
          expect(line).toBe(command);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is plain when the width is 0', async () => {
    const command = 'x'.repeat(300);
    expect((await typeInto('R1#', command, 0)).echo).toBe(`${command}\r\n`);
  });
});

describe('editing', () => {
  it.each([
    ['backspace', 'show clokc\b\bck', 'show clock'],
    ['delete', 'show clok\x7fck', 'show clock'],
    ['Ctrl-U', 'rubbish\x15show clock', 'show clock'],
    ['Ctrl-W', 'show rubbish\x17clock', 'show clock'],
    ['Ctrl-A', 'clock\x01show ', 'show clock'],
    ['left arrow', 'show clck\x1b[D\x1b[Do', 'show clock'],
    ['Ctrl-K', 'show clockwork\x02\x02\x02\x02\x0b', 'show clock'],
    ['Ctrl-V before ?', 'enrollment url http://h/p\x16?a=b', 'enrollment url http://h/p?a=b'],
  ])('knows %s', async (_name, keys, line) => {
    const typed = await typeInto('R1#', keys);
    expect(typed.line).toBe(line);
    expect(screen(typed.echo.replace(/\r\n$/, ''))).toBe(line);
  });

  it('takes a bare ? for a call for help, not for a character', async () => {
    const { echo, line } = await typeInto('R1#', 'show ?clock');
    expect(line).toBe('show clock');
    expect(echo).toBe('show ?\r\nhelp\r\nR1#show clock\r\n');
  });

  it('brings earlier lines back', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.line('show privilege');
    expect(await typist.raw('\x1b[A')).toBe('show privilege\r\nCurrent privilege level is 15\r\nR15#');
  });
});

describe('long output', () => {
  it('breaks lines hard at the width', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    const first =
      'Cisco IOS Software, C1900 Software (C1900-UNIVERSALK9-M), Version 15.7(3)M8, RELEASE SOFTWARE';
    expect(await typist.raw('show version | include Version 15.7')).toContain(
      `${first.slice(0, 80)}\r\n${first.slice(80)} (fc1)\r\n`,
    );
    await typist.lines('terminal width 0');
    expect(await typist.raw('show version | include Version 15.7')).toContain(first);
  });

  it('stops at each page until a blank, and is ended by q', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    typist.type('show running-config\r');
    const first = await typist.until(/ --More-- $/);
    expect(first.split('\r\n')).toHaveLength(1 + 23 + 1);
    typist.type(' ');
    const wipe = `${'\b'.repeat(9)}        ${'\b'.repeat(9)}`;
    expect((await typist.until(/ --More-- $/)).startsWith(wipe)).toBe(true);
    typist.type('\r');
    expect((await typist.until(/ --More-- $/)).split('\r\n')).toHaveLength(2);
    typist.type('q');
    expect(await typist.until(/#$/)).toBe(`${wipe}R15#`);
    await typist.lines('terminal length 0');
    expect(await typist.line('show running-config')).toMatch(/\nend\n/);
  });
});

describe('Ctrl-C', () => {
  it('ends a question and leaves the mode as it is', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t');
    typist.type('crypto key generate rsa label K\r');
    await typist.until(/\[512\]: $/);
    typist.type('\x03');
    expect(await typist.until(/#$/)).toBe('^C\r\nR15(config)#');
    expect(router.state.keys).toEqual([]);
  });
});

describe('log lines on a terminal', () => {
  it('come only after terminal monitor, on a line of their own behind the prompt', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    router.log('LINK-3-UPDOWN', 'before');
    expect(await typist.raw('terminal monitor')).not.toContain('LINK-3-UPDOWN');
    router.log('LINK-3-UPDOWN', 'after');
    const heard = await typist.until(/after\r\n$/);
    expect(heard).toMatch(/^\r\n\w{3} [ \d]\d \d\d:\d\d:\d\d\.\d{3}: %LINK-3-UPDOWN: after\r\n$/);
  });
});

describe('the idle limit', () => {
  it('ends a session that says nothing, and logs it', async () => {
    await using router = await startRouter({ running: ['line vty 0 4', 'exec-timeout 0 1'] });
    await using typist = await Typist.login(router);
    await typist.closed();
    expect(router.state.log.join('\n')).toContain(
      '%SYS-6-TTY_EXPIRE_TIMER: (exec timer expired, tty 1 (127.0.0.1)), user netops',
    );
  });
});
