import { describe, expect, it } from 'vitest';

import { connect, Typist } from './typist.ts';
import { startRouter, TinyCa } from './world.ts';

describe('the faults of a router', () => {
  it('refuse-login: the right password is refused', async () => {
    await using router = await startRouter({ faults: ['refuse-login'] });
    await expect(connect(router)).rejects.toThrow();
  });

  it('close-after-login: the session ends behind the first prompt', async () => {
    await using router = await startRouter({ faults: ['close-after-login'] });
    await using typist = await Typist.open(router);
    expect(await typist.closed()).toBe('\r\nR15#');
  });

  it('nonsense: no prompt ever comes', async () => {
    await using router = await startRouter({ faults: ['nonsense'] });
    await using typist = await Typist.open(router);
    typist.type('\r');
    expect(await typist.until(/\(reset: y\/n\/q\).*\(reset: y\/n\/q\) \.\.\. $/s)).not.toMatch(/R15/);
  });

  it('byte-by-byte: every character is a packet of its own', async () => {
    await using router = await startRouter({ faults: ['byte-by-byte'] });
    await using typist = await Typist.login(router);
    expect(await typist.line('show privilege')).toBe('Current privilege level is 15\n');
    expect(typist.packets.every((packet) => packet.length === 1)).toBe(true);
  });

  it('slow-output: pieces come with pauses between them', async () => {
    await using router = await startRouter({ faults: [{ name: 'slow-output', msPerChunk: 20 }] });
    await using typist = await Typist.login(router);
    const started = performance.now();
    await typist.line('show privilege');
    expect(performance.now() - started).toBeGreaterThan(40);
  });

  it('syslog-storm: log lines come unasked behind prompts and questions', async () => {
    await using router = await startRouter({ faults: ['syslog-storm'] });
    await using typist = await Typist.open(router);
    await typist.until(/#\r\n.*%LINK-3-UPDOWN: .*%LINEPROTO-5-UPDOWN: .*\r\n$/s);
    typist.type('show privilege\r');
    await typist.until(/Current privilege level is 15\r\nR15#\r\n.*%LINK-3-UPDOWN/);
  });

  it('syslog-storm: as on a console line, terminal no monitor does not stop it', async () => {
    await using router = await startRouter({ faults: ['syslog-storm'] });
    await using typist = await Typist.open(router);
    typist.type('terminal no monitor\r');
    await typist.until(/no monitor\r\nR15#\r\n.*%LINK-3-UPDOWN/);
  });

  it('syslog-glued: log lines share the line of a prompt, before and behind it', async () => {
    await using router = await startRouter({ faults: ['syslog-glued'] });
    await using typist = await Typist.open(router);
    await typist.until(/\r\nR15#$/);
    typist.type('\r');
    await typist.until(/\r\nR15#[A-Z][a-z]{2} [ \d]\d .*%LINEPROTO-5-UPDOWN: [\s\S]*down\r\n$/);
    typist.type('\r');
    await typist.until(/changed state to upR15#$/);
  });

  it('bell-prompt and blank-prompt: something stands behind every prompt', async () => {
    await using router = await startRouter({ faults: ['bell-prompt', 'blank-prompt'] });
    await using typist = await Typist.open(router);
    await typist.until('R15#  \x07');
    typist.type('conf t\r');
    await typist.until('R15(config)#  \x07');
  });

  it('long-hostname: configuration prompts show twenty characters of it', async () => {
    await using router = await startRouter({ faults: ['long-hostname'] });
    await using typist = await Typist.open(router);
    await typist.until(/\r\nR15-second-floor-behind-the-stairs#$/);
    typist.type('conf t\r');
    await typist.until(/\r\nR15-second-floor-beh\(config\)#$/);
  });

  it('prompt-timestamps: load and time stand before the output of show commands', async () => {
    await using router = await startRouter({ faults: ['prompt-timestamps'] });
    await using typist = await Typist.login(router);
    expect(await typist.line('show privilege')).toMatch(
      /^Load for five secs: 1%\/0%; one minute: 2%; five minutes: 3%\nTime source is NTP, \d\d:\d\d:\d\d\.\d{3} UTC .*\nCurrent privilege level is 15\n$/,
    );
  });

  it('re-asks and asks-twice: the first good answer to a yes/no question is not the last', async () => {
    await using router = await startRouter({ faults: ['re-asks', 'asks-twice'] });
    await using typist = await Typist.login(router);
    await typist.line('conf t');
    await typist.line('crypto key generate rsa label K modulus 1024');
    typist.type('crypto key zeroize rsa K\r');
    for (const said of [
      /remove these keys\? /,
      /yes\r\n% Please answer 'yes' or 'no'\.\r\nDo you /,
      /yes\r\nDo you /,
    ]) {
      expect(await typist.until(/\[yes\/no\]: $/)).toMatch(said);
      expect(router.state.keys).toHaveLength(1);
      typist.type('yes\r');
    }
    await typist.until(/#$/);
    expect(router.state.keys).toEqual([]);
  });

  it('nvram-busy and nvram-error: saving fails twice, or every time', async () => {
    await using busy = await startRouter({ faults: ['nvram-busy'] });
    await using first = await Typist.login(busy);
    const refused = 'startup-config file open failed (Device or resource busy)\n';
    expect(await first.line('write memory')).toContain(refused);
    expect(await first.line('write memory')).toContain(refused);
    expect(await first.line('write memory')).toContain('[OK]\n');
    await using broken = await startRouter({ faults: ['nvram-error'] });
    await using second = await Typist.login(broken);
    expect(await second.line('write memory')).toContain('%Error opening nvram:/startup-config');
  });

  it('saves-nothing: [OK], and the startup configuration stays', async () => {
    await using router = await startRouter({ faults: ['saves-nothing'] });
    await using typist = await Typist.login(router);
    const before = router.state.startup;
    await typist.lines('conf t', 'ip domain name lost.example', 'end');
    expect(await typist.line('write memory')).toBe('Building configuration...\n[OK]\n');
    expect(router.state.startup).toBe(before);
    expect(router.state.running).toContain('ip domain name lost.example');
  });

  it('saves-no-certificates: [OK], and the startup configuration has all but the certificates', async () => {
    await using ca = await TinyCa.start();
    await using router = await startRouter({
      faults: ['saves-no-certificates'],
      preset: [{ trustpoint: 'T', lines: [`enrollment url ${ca.url}`], ca: ca.certificate }],
    });
    await using typist = await Typist.login(router);
    expect(router.state.startup).toContain('crypto pki certificate chain T\n certificate ca 01 nvram:');
    await typist.lines('conf t', 'ip domain name kept.example', 'end');
    expect(await typist.line('write memory')).toBe('Building configuration...\n[OK]\n');
    expect(router.state.startup).toContain('ip domain name kept.example');
    expect(router.state.startup).toContain('crypto pki trustpoint T');
    expect(router.state.startup).not.toContain('certificate chain');
    expect(router.state.running).toContain('crypto pki certificate chain T\n certificate ca 01\n');
  });

  it.each([
    ['clock-1993', /^\*\d\d:\d\d:\d\d\.\d{3} UTC Mon Mar 1 1993\n$/],
    ['odd-zone', /^\d\d:\d\d:\d\d\.\d{3} Moscow /],
    ['ambiguous-zone', /^\d\d:\d\d:\d\d\.\d{3} IST /],
  ] as const)('%s: show clock says so', async (fault, clock) => {
    await using router = await startRouter({ faults: [fault] });
    await using typist = await Typist.login(router);
    expect(await typist.line('show clock')).toMatch(clock);
  });

  it('nvram-full: saving fails and the startup configuration stays', async () => {
    await using router = await startRouter({ faults: ['nvram-full'] });
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'ip domain name lost.example', 'end');
    expect(await typist.line('write memory')).toBe(
      'Building configuration...\nstartup-config file open failed (Not enough space)\n',
    );
    expect(router.state.startup).toContain('ip domain name example.net');
  });

  it('old-nvram-question: saving asks, and Enter is yes', async () => {
    await using router = await startRouter({ faults: ['old-nvram-question'] });
    await using typist = await Typist.login(router);
    typist.type('write memory\r');
    expect(await typist.until(/\[confirm\]$/)).toContain(
      'Warning: Attempting to overwrite an NVRAM configuration previously written\r\n' +
        'by a different version of the system image.\r\nOverwrite the previous NVRAM configuration?[confirm]',
    );
    expect(await typist.line('')).toBe('Building configuration...\n[OK]\n');
  });

  it('no-ntp-sync: servers are polled by nobody', async () => {
    let asked = 0;
    await using router = await startRouter({
      clock: { start: 'unset', authoritative: false },
      faults: ['no-ntp-sync'],
      running: ['ntp server 192.0.2.1'],
      ntp: {
        resolve: () => {
          asked += 1;
          return undefined;
        },
        syncDelayMs: 1,
      },
    });
    await using typist = await Typist.login(router);
    expect(await typist.line('show ntp associations')).toContain(' ~192.0.2.1       .INIT.           16');
    expect(asked).toBe(0);
  });

  it.each(['close-mid-enroll', 'unknown-question', 'syslog-in-passwords'] as const)(
    '%s: in the enroll dialogue',
    async (fault) => {
      await using ca = await TinyCa.start();
      await using router = await startRouter({
        faults: [fault],
        running: [
          'crypto pki trustpoint TP',
          `enrollment url ${ca.url}`,
          'serial-number none',
          'ip-address none',
          `fingerprint ${ca.fingerprint('md5')}`,
        ],
      });
      await using typist = await Typist.login(router);
      await typist.line('configure terminal');
      await typist.line('crypto pki authenticate TP');
      typist.type('crypto pki enroll TP\r');
      await typist.until(/Password: $/);
      if (fault === 'close-mid-enroll') {
        await typist.closed();
        expect(router.state.failures).toEqual([]);
        return;
      }
      typist.type('\r');
      if (fault === 'syslog-in-passwords') {
        await typist.until(/Re-enter password: \r\n.*%LINK-3-UPDOWN: [\s\S]*%SYS-5-CONFIG_I: .*\r\n$/);
        return;
      }
      await typist.until(/Re-enter password: $/);
      typist.type('\r');
      await typist.until(/% Include the router location in the subject name\? \[yes\/no\]: $/);
    },
  );
});
