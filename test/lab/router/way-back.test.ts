import { describe, expect, it } from 'vitest';
import { Typist } from './typist.ts';
import { startRouter } from './world.ts';

const ARCHIVE = ['archive', 'path flash:before-'];
/** Never comes while a test runs. */
const LONG_MS = 60_000;

describe('configure terminal revert timer', () => {
  it('wants an archive with a path', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    expect(await typist.line('configure terminal revert timer 5')).toContain('%Turn config archive on');
    expect(await typist.line('show archive config rollback timer')).toContain(
      '%No Rollback Confirmed Change pending',
    );
    expect(await typist.line('configure confirm')).toContain('%No Rollback Confirmed Change pending');
  });

  it('keeps what is confirmed', async () => {
    await using router = await startRouter({ running: ARCHIVE, minuteMs: LONG_MS });
    await using typist = await Typist.login(router);
    await typist.lines('terminal width 0');
    expect(await typist.line('configure terminal revert timer 5')).toMatch(
      /^Rollback Confirmed Change: Backing up current running config to flash:before-[A-Z][a-z]+--?\d+-\d\d-\d\d-\d\d-0\n/,
    );
    await typist.lines('ip host one 192.0.2.1', 'end');
    expect(await typist.line('show archive config rollback timer')).toContain('Timer value: 5 min');
    expect((await typist.line('configure confirm')).trim()).toBe('');
    router.runOutTimers();
    expect(router.state.running).toContain('ip host one 192.0.2.1');
    expect(router.state.log.join('\n')).toContain('%ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM');
  });

  it('rolls back at once when told to, and leaves key pairs', async () => {
    await using router = await startRouter({
      running: [...ARCHIVE, 'exit', 'crypto pki trustpoint OLD', 'subject-name CN=old', 'exit'],
      minuteMs: LONG_MS,
    });
    await using typist = await Typist.login(router);
    const before = router.state.trustpoints;
    await typist.lines('configure terminal revert timer 5');
    await typist.line('crypto key generate rsa label NEW modulus 1024');
    await typist.lines(
      'crypto pki trustpoint OLD',
      'subject-name CN=new',
      'crypto pki trustpoint NEW',
      'end',
    );
    expect(router.state.trustpoints.map(({ name }) => name)).toEqual(['OLD', 'NEW']);
    expect(await typist.line('configure revert now')).toContain('Rollback Done');
    expect(router.state.trustpoints).toEqual(before);
    expect(router.state.keys.map(({ label }) => label)).toEqual(['NEW']);
  });

  it('warns a minute ahead and rolls back by itself', async () => {
    await using router = await startRouter({ running: ARCHIVE, minuteMs: 20 });
    await using typist = await Typist.login(router);
    typist.type('configure terminal revert timer 2\r');
    const said = await typist.until('Rollback Done');
    expect(said).toMatch(
      /Rollback will begin in one minute\.\r\nEnter "configure confirm"[\s\S]*Rollback Confirmed Change: rolling to:flash:/,
    );
    expect(router.state.log.join('\n')).toContain('ROLLBK_CNFMD_CHG_ROLLBACK_START');
  });

  it('outlives the session that set it', async () => {
    await using router = await startRouter({ running: ARCHIVE, minuteMs: LONG_MS });
    {
      await using typist = await Typist.login(router);
      await typist.lines('configure terminal revert timer 2', 'ip host one 192.0.2.1');
    }
    {
      await using typist = await Typist.login(router);
      await typist.lines('configure terminal', 'ip host two 192.0.2.2', 'end');
    }
    router.runOutTimers();
    expect(router.state.running).not.toContain('ip host');
  });
});

describe('reload in', () => {
  it('asks whether to save what is not, and can be called off', async () => {
    await using router = await startRouter({ minuteMs: LONG_MS });
    await using typist = await Typist.login(router);
    expect(await typist.line('show reload')).toBe('No reload is scheduled.\n');
    await typist.lines('configure terminal', 'ip host one 192.0.2.1', 'end');
    typist.type('reload in 10\r');
    await typist.until('Save? [yes/no]: ');
    typist.type('no\r');
    expect(await typist.until('[confirm]')).toContain('Reload scheduled in 10 minutes by netops');
    await typist.raw('');
    expect(await typist.line('show reload')).toContain('Reload scheduled in 10 minutes by netops');
    typist.type('reload cancel\r');
    expect(await typist.until('SHUTDOWN ABORTED ---\r\n***\r\n')).toContain('***');
    expect(await typist.line('show reload')).toContain('No reload is scheduled.');
    expect(router.state.startup).not.toContain('ip host one');
  });

  it('restores what was saved and ends every session', async () => {
    await using router = await startRouter({ minuteMs: LONG_MS });
    await using typist = await Typist.login(router);
    await typist.lines('configure terminal', 'ip host saved 192.0.2.1', 'end', 'write memory');
    typist.type('reload in 5\r');
    await typist.until('[confirm]');
    typist.type('\r');
    await typist.until('SHUTDOWN in 0:05:00 ---');
    await typist.lines('', 'configure terminal', 'ip host lost 192.0.2.2', 'end');
    router.runOutTimers();
    await expect(typist.until('nothing more')).rejects.toThrow('closed before');
    expect(router.state.running).toContain('ip host saved');
    expect(router.state.running).not.toContain('ip host lost');
    await using again = await Typist.login(router);
    expect(await again.line('show reload')).toContain('No reload is scheduled.');
  });
});
