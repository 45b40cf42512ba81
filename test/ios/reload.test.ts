import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { deviceError, opening, openScripted } from './router.ts';

const CONFIG = '> configure terminal\n<_ R1(config)#';

describe.concurrent('an announced reload', () => {
  const BANNER = '<~ \n<~ ***\n<~ *** --- SHUTDOWN in 0:05:00 ---\n<~ ***\n';

  it('lets the command under way end, begins nothing more, and leaves', async () => {
    const script = opening('R1', `> show clock\n${BANNER}< now\n<_ R1#\n> exit\n!`);
    const { session, transport } = await openScripted(script);
    expect((await session.show('show clock')).trim()).toBe('now');
    for (const begin of [
      () => session.show('show version'),
      () => session.ask('show version'),
      () => session.configure([plainLine('ntp server 192.0.2.9')]),
      () =>
        session.converse(
          { name: 'save', opening: 'write memory', exchanges: [], timeoutMs: 1_000 },
          'privileged-exec',
        ),
    ]) {
      const error = await deviceError(begin());
      expect([error.code, error.message]).toEqual([
        'reload-announced',
        expect.stringContaining('“SHUTDOWN in 0:05:00”'),
      ]);
    }
    await session.close();
    transport.finish();
  });

  it('stops between two lines of configuration, and leaves that mode', async () => {
    const script = opening(
      'R1',
      `${CONFIG}\n> ntp server 192.0.2.9\n${BANNER}<_ R1(config)#\n> end\n<_ R1#\n> exit\n!`,
    );
    const { session, transport } = await openScripted(script);
    const lines = [plainLine('ntp server 192.0.2.9'), plainLine('ntp server 192.0.2.10')];
    expect((await deviceError(session.configure(lines))).message).toContain(
      '“ntp server 192.0.2.10” was not begun',
    );
    await session.close();
    transport.finish();
  });

  it('is forgotten when it was called off', async () => {
    const script = opening(
      'R1',
      `> show clock\n${BANNER}<~ *** --- SHUTDOWN ABORTED ---\n<~ ***\n< now\n<_ R1#\n> show version\n< one\n<_ R1#`,
    );
    const { session } = await openScripted(script);
    await session.show('show clock');
    expect((await session.show('show version')).trim()).toBe('one');
  });
});
