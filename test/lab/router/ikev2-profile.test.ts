import { describe, expect, it } from 'vitest';
import { Typist } from './typist.ts';
import { startRouter } from './world.ts';

describe('crypto ikev2 profile', () => {
  it('keeps its lines, a trustpoint beside another, and shows them in both configurations', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('terminal width 0', 'configure terminal');
    typist.type('crypto ikev2 profile HQ\r');
    expect(await typist.until(/# ?$/)).toContain('(config-ikev2-profile)#');
    await typist.lines(
      'authentication local rsa-sig',
      'pki trustpoint OLD',
      'pki trustpoint NEW sign',
      'no pki trustpoint OLD',
      'end',
      'write memory',
    );
    const lines = ['crypto ikev2 profile HQ', ' authentication local rsa-sig', ' pki trustpoint NEW sign'];
    expect(router.state.running).toContain(`${lines.join('\n')}\n!`);
    expect(router.state.startup).toContain(`${lines.join('\n')}\n!`);
    await typist.lines('configure terminal', 'no crypto ikev2 profile HQ', 'end');
    expect(router.state.running).not.toContain('crypto ikev2 profile');
  });

  it('is not known to a release without IKEv2', async () => {
    await using router = await startRouter({ release: '12.4' });
    await using typist = await Typist.login(router);
    await typist.lines('configure terminal');
    expect(await typist.line('crypto ikev2 profile HQ')).toContain('% Invalid input detected');
  });
});

describe('crypto key zeroize rsa', () => {
  it('removes the key pair of that label alone, when the question is answered yes', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('terminal width 0', 'configure terminal');
    for (const label of ['ONE', 'TWO'])
      await typist.line(`crypto key generate rsa label ${label} modulus 1024`);
    typist.type('crypto key zeroize rsa ONE\r');
    expect(await typist.until(/\]: $/)).toContain(
      "% Keys to be removed are named 'ONE'.\r\n" +
        '% All router certs issued using these keys will also be removed.\r\n' +
        'Do you really want to remove these keys? [yes/no]: ',
    );
    await typist.raw('no');
    expect(router.state.keys).toHaveLength(2);
    typist.type('crypto key zeroize rsa ONE\r');
    await typist.until(/\]: $/);
    await typist.raw('yes');
    expect(router.state.keys.map(({ label }) => label)).toEqual(['TWO']);
  });
});
