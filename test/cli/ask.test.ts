import { describe, expect, it } from 'vitest';
import { askSecret } from '../../src/cli/ask.ts';
import { DeviceError, InputError } from '../../src/domain/errors.ts';
import { fakeIo } from './fake-io.ts';

function atTerminal() {
  const io = fakeIo({ columns: 80 });
  io.stdin.isTTY = true;
  return io;
}

describe('askSecret', () => {
  it('takes a line and shows nothing of it', async () => {
    const io = atTerminal();

    const answer = askSecret('Password of netops', io);
    io.stdin.write('hunter2\r');

    expect(await answer).toBe('hunter2');
    expect([io.stderr.text, io.stdout.text]).toEqual(['Password of netops: \n', '']);
  });

  it('lets a slip be corrected', async () => {
    const io = atTerminal();
    const answer = askSecret('Password', io);
    io.stdin.write('huntr\u007fer2\r');
    expect(await answer).toBe('hunter2');
  });

  it('asks one question after the other at the same terminal', async () => {
    const io = atTerminal();
    const first = askSecret('one', io);
    io.stdin.write('1\r');
    expect(await first).toBe('1');
    const second = askSecret('two', io);
    io.stdin.write('2\r');
    expect(await second).toBe('2');
  });

  it('is interrupted by Ctrl-C', async () => {
    const io = atTerminal();
    const answer = askSecret('Password', io);
    io.stdin.write('\u0003');
    await expect(answer).rejects.toThrow(new DeviceError('interrupted', 'stopped by Ctrl-C'));
  });

  it.each(['\r', '\u0004'])('refuses %j, which answers nothing', async (typed) => {
    const io = atTerminal();
    const answer = askSecret('Password', io);
    io.stdin.write(typed);
    await expect(answer).rejects.toThrow(InputError);
  });

  it('refuses without a terminal', async () => {
    await expect(askSecret('Password', fakeIo())).rejects.toThrow('standard input is no terminal');
  });
});
