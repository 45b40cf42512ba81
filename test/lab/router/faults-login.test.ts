import { describe, expect, it } from 'vitest';
import { connect, NETOPS, Typist } from './typist.ts';
import { startRouter } from './world.ts';

describe('faults of the login', () => {
  it('keyboard-only and password-only: the other method is refused', async () => {
    await using keyboard = await startRouter({ faults: ['keyboard-only'] });
    await expect(connect(keyboard, { authHandler: ['password'] })).rejects.toThrow();
    await using typist = await Typist.byKeyboard(keyboard, NETOPS.password);
    expect(await typist.line('show privilege')).toContain('15');

    await using password = await startRouter({ faults: ['password-only'] });
    await expect(Typist.byKeyboard(password, NETOPS.password)).rejects.toThrow();
    (await connect(password, { authHandler: ['password'] })).destroy();
  });

  it('tricky-banner: lines like prompts and questions stand before the first prompt', async () => {
    await using router = await startRouter({ faults: ['tricky-banner'] });
    await using typist = await Typist.open(router);
    expect(await typist.until(/R15#$/)).toMatch(/\r\nR99#\r\n[\s\S]*\r\nPassword: \r\nR99>\r\n\r\nR15#$/);
  });

  it('privilege-1 and privilege-7: the prompt shows only the lowest level', async () => {
    await using low = await startRouter({ faults: ['privilege-1'] });
    await using first = await Typist.open(low);
    await first.until(/R15>$/);
    await using middle = await startRouter({ faults: ['privilege-7'] });
    await using second = await Typist.login(middle);
    expect(await second.line('show privilege')).toBe('Current privilege level is 7\n');
    expect(await second.line('show running-config')).toContain("% Invalid input detected at '^' marker.");
  });

  it('enable-username: a known name and the secret are both wanted', async () => {
    await using router = await startRouter({
      faults: ['privilege-1', 'enable-username'],
      enableSecret: 'en4ble',
    });
    await using typist = await Typist.open(router);
    await typist.until(/R15>$/);
    typist.type('enable\r');
    await typist.until(/Username: $/);
    typist.type('nobody\r');
    await typist.until(/Password: $/);
    typist.type('en4ble\r');
    await typist.until(/Username: $/);
    typist.type('netops\r');
    await typist.until(/Password: $/);
    typist.type('en4ble\r');
    await typist.until(/R15#$/);
  });

  it('no-enable-secret: enable says so', async () => {
    await using router = await startRouter({
      faults: ['privilege-1', 'no-enable-secret'],
      enableSecret: 'en4ble',
    });
    await using typist = await Typist.login(router);
    expect(await typist.line('enable')).toBe('% No password set\n');
  });

  it.each([
    ['denies-terminal', 'terminal length 0', 'show privilege'],
    ['denies-configure', 'configure terminal', 'show privilege'],
    ['denies-write', 'write memory', 'show privilege'],
    [{ name: 'denies', command: 'show clock' }, 'sh clock', 'show privilege'],
  ] as const)('%j: AAA denies that command and no other', async (fault, denied, allowed) => {
    await using router = await startRouter({ faults: [fault] });
    await using typist = await Typist.login(router);
    expect(await typist.line(denied)).toBe('Command authorization failed.\n\n');
    expect(await typist.line(allowed)).not.toContain('authorization');
  });

  it('denies-keygen: no key is made', async () => {
    await using router = await startRouter({ faults: ['denies-keygen'] });
    await using typist = await Typist.login(router);
    await typist.line('configure terminal');
    expect(await typist.line('crypto key generate rsa label K modulus 1024')).toContain(
      'authorization failed',
    );
    expect(router.state.keys).toEqual([]);
  });
});
