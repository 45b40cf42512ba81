import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { openSession } from '../../src/ios/session.ts';
import { parseScript } from '../dialogue/script.ts';
import { ScriptedTransport } from '../dialogue/scripted-transport.ts';
import { deviceError, opening, openScripted, SPLITS, scriptedDevice, secret } from './router.ts';

const CONFIG = `> configure terminal
< Enter configuration commands, one per line.  End with CNTL/Z.
<_ R1(config)#`;

describe.concurrent('opening a session', () => {
  it.each(SPLITS.map((split) => [split] as const))(
    'finds the prompt behind a banner that looks like one, enables, stays narrow (read as %s)',
    async (split) => {
      const device = scriptedDevice({ enable: secret('en4ble-Secret') });
      const { session, transport, transcript } = await openScripted('ios-banner-enable-narrow', {
        split,
        device,
      });
      expect(session.hostname).toBe('annecy-gateway-of-the-lakes');
      await session.configure([
        plainLine('crypto pki trustpoint BRANCH'),
        plainLine('enrollment url http://ndes.brume.example:80/certsrv/mscep/mscep.dll/?x=1'),
        { parts: ['password ', secret('Tr0ub4dor')] },
      ]);
      await session.close();
      transport.finish();
      expect(transcript.lastLines(200)).not.toMatch(/en4ble|Tr0ub4dor/);
    },
  );

  it.each([
    ['the secret is wrong: it is typed once', '>* en4ble-Secret\n<_ Password:\\s\n>^ \\x03\n<_ R1>'],
    ['AAA says no', '>* en4ble-Secret\n< % Access denied\n< \n<_ R1>'],
    ['the server is dead', '>* en4ble-Secret\n< % Error in authentication.\n< \n<_ R1>'],
  ])('fails as enable-refused when %s', async (_what, rest) => {
    const script = parseScript(
      `<_ R1>\n>\n<_ R1>\n> terminal length 0\n<_ R1>\n> terminal width 511\n<_ R1>\n> enable\n<_ Password:\\s\n${rest}`,
    );
    const device = scriptedDevice({ enable: secret('en4ble-Secret') });
    const error = await deviceError(openScripted(script, { device }));
    expect(error.code).toBe('enable-refused');
    expect(error.message + error.detail).not.toContain('en4ble');
  });

  it('fails as enable-refused when the inventory has no secret and types none', async () => {
    const script = parseScript(
      '<_ R1>\n>\n<_ R1>\n> terminal length 0\n<_ R1>\n> terminal width 511\n<_ R1>\n> enable\n<_ Password:\\s\n>^ \\x03\n<_ R1>',
    );
    const error = await deviceError(openScripted(script));
    expect([error.code, error.message]).toEqual([
      'enable-refused',
      expect.stringContaining('inventory has none'),
    ]);
  });

  it('gives the login’s user name and password where AAA asks for them at enable', async () => {
    const script = parseScript(
      '<_ R1>\n>\n<_ R1>\n> terminal length 0\n<_ R1>\n> terminal width 511\n<_ R1>\n> enable\n<_ Username:\\s\n> netops\n<_ Password:\\s\n>* l0gin-Pass\n<_ R1#\n> exit\n!',
    );
    const { session, transport } = await openScripted(script, {
      device: scriptedDevice({ password: secret('l0gin-Pass') }),
    });
    await session.close();
    transport.finish();
  });

  it.each([
    ['< % Authorization failed.\n!', 'login-refused'],
    ['< Password required, but none set\n!', 'login-refused'],
    ['< hello\n!', 'connection-lost'],
    ['<_ rommon 1 >', 'unsupported-release'],
    ['<_ R1(boot)#', 'unsupported-release'],
    ['<_ Would you like to enter the initial configuration dialog? [yes/no]:\\s', 'unexpected-question'],
    ['<_ Enter new password:', 'login-refused'],
  ])('behind %j fails as %s and types nothing', async (script, code) => {
    const steps = parseScript(script);
    expect((await deviceError(openScripted(steps))).code).toBe(code);
  });

  it.each(SPLITS.map((split) => [split] as const))(
    'knows its prompt behind log lines that the narrow terminal broke, below a frame as wide (read as %s)',
    async (split) => {
      const log = 'Nov 21 03:44:59.757: %LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet0/0';
      const broken = `<_ R1#\n< \n<~ ${log.slice(0, 80)}\n<~ ${log.slice(80)}, changed state to up`;
      const script = parseScript(
        `< ${'*'.repeat(80)}\n${broken}\n>\n${broken}\n> terminal length 0\n<_ R1#\n> terminal width 511\n<_ R1#`,
      );
      const { session } = await openScripted(script, { split });
      expect(session.hostname).toBe('R1');
    },
  );

  const NONSENSE = '< ~~ 7!x }{\n<_ q?!x( zz';

  it.each(SPLITS.map((split) => [split] as const))(
    'tells a device that talks nonsense to an empty line from one that is slow (read as %s)',
    async (split) => {
      const device = scriptedDevice({}, 300);
      const script = parseScript(`${NONSENSE}\n>^ \\r\n${NONSENSE}`);
      const { code, message, detail, hint } = await deviceError(openScripted(script, { split, device }));
      expect([code, message]).toEqual(['unsupported-release', expect.stringContaining('“q?!x( zz”')]);
      expect(detail).toContain('~~ 7!x }{');
      expect(hint).toContain('log in by hand');
      const slow = parseScript(`${NONSENSE}\n>^ \\r`);
      expect((await deviceError(openScripted(slow, { split, device }))).code).toBe('timeout');
    },
  );

  it('does not blame the release when there was no time to believe its prompt', async () => {
    const script = parseScript('<_ br-0007#\n>^ \\r\n<_ br-0007#');
    const { code } = await deviceError(openScripted(script, { device: scriptedDevice({}, 20) }));
    expect(code).toBe('timeout');
  });

  it('types no empty line into a menu that asks without brackets', async () => {
    const transport = new ScriptedTransport(parseScript('< 1. router\n< 2. switch\n<_ Your choice:\\s'));
    const device = scriptedDevice({}, 300);
    const error = await deviceError(openSession({ device, transport }));
    expect([error.code, error.message]).toEqual([
      'unexpected-question',
      expect.stringContaining('Your choice:'),
    ]);
    expect(transport.typed).toBe('');
  });

  it('types an empty line at a box that is silent', { timeout: 12_000 }, async () => {
    const script = parseScript(
      '< Press RETURN to get started.\n>\n<_ R1#\n>\n<_ R1#\n> terminal length 0\n<_ R1#\n> terminal width 511\n<_ R1#\n> exit\n!',
    );
    const { session, transport } = await openScripted(script, { device: scriptedDevice({}, 300) });
    await session.close();
    transport.finish();
  });
});

describe.concurrent('show', () => {
  it('gives the output without prompt, echo and log lines', async () => {
    const script = opening(
      'R1',
      '> show clock\n< *Mar  1 00:00:09.100: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up\n< *00:00:09.200 UTC Mon Mar 1 1993\n<_ R1#',
    );
    const { session } = await openScripted(script, { split: 'bytes' });
    const heard: string[] = [];
    session.onSyslog((message) => heard.push(message));
    expect((await session.show('show clock')).trim()).toBe('*00:00:09.200 UTC Mon Mar 1 1993');
    expect(heard).toEqual(['*Mar  1 00:00:09.100: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up']);
  });

  it.each(SPLITS.map((split) => [split] as const))(
    'gives the output alone where log lines break the echo and the router prints its line again (read as %s)',
    async (split) => {
      const log = '*Mar  1 00:00:09.100: %LINK-3-UPDOWN: Interface Gi0/1, changed state to up';
      const script = opening(
        'R1',
        `>^ show clock\\r\n<_ show\\r\\n${log}\\r\\nR1#show cl\\r\\n${log}\\r\\nR1#show clock\\r\\n` +
          '\n< 00:00:09.200 UTC Mon Mar 1 1993\n<_ R1#',
      );
      const { session } = await openScripted(script, { split });
      expect((await session.show('show clock')).trim()).toBe('00:00:09.200 UTC Mon Mar 1 1993');
    },
  );

  it('enables when a command is not known at a level below 15, whose prompt looks the same', async () => {
    const script = opening(
      'R1',
      "> show running-config\n<     ^\n< % Invalid input detected at '^' marker.\n< \n<_ R1#\n" +
        '> show privilege\n< Current privilege level is 7\n<_ R1#\n' +
        '> enable\n<_ Password:\\s\n>* en4ble-Secret\n<_ R1#\n' +
        '> show running-config\n< hostname R1\n<_ R1#',
    );
    const device = scriptedDevice({ enable: secret('en4ble-Secret') });
    const { session } = await openScripted(script, { device });
    expect((await session.show('show running-config')).trim()).toBe('hostname R1');
  });

  it('throws command-refused with the line, and takes an answer with a percent sign for an answer', async () => {
    const script = opening(
      'R1',
      `> show ntp status\n< %NTP is not enabled.\n<_ R1#\n> show crypt\n<           ^\n< % Invalid input detected at '^' marker.\n< \n<_ R1#\n> show privilege\n< Current privilege level is 15\n<_ R1#\n> show clock\n< Command authorization failed.\n<_ R1#`,
    );
    const { session } = await openScripted(script);
    expect((await session.show('show ntp status')).trim()).toBe('%NTP is not enabled.');
    const error = await deviceError(session.show('show crypt'));
    expect([error.code, error.message]).toEqual([
      'command-refused',
      "“show crypt”: % Invalid input detected at '^' marker.",
    ]);
    expect(error.detail.split('\n').slice(0, 2)).toEqual(['R1#show crypt', '          ^']);
    expect(await session.ask('show clock')).toMatchObject({ refusal: { kind: 'authorization' } });
  });

  it('pages on where the pager could not be turned off', async () => {
    const script = parseScript(
      "<_ R1#\n>\n<_ R1#\n> terminal length 0\n< % Invalid input detected at '^' marker.\n<_ R1#\n> terminal width 511\n<_ R1#\n> show version\n< one\n<_  --More--\\s\n>^ \\s\n<_ \\b\\b\\b\\b\\b\\b\\b\\b\\b        \\b\\b\\b\\b\\b\\b\\b\\b\\b\n< two\n<_ R1#",
    );
    const { session } = await openScripted(script, { split: 'bytes' });
    expect((await session.show('show version')).trim().split('\n')).toEqual(['one', 'two']);
  });

  it('times out, leaves the command and can go on', async () => {
    const script = opening(
      'R1',
      '> show tech\n< never ending\n>^ \\x03\n<_ R1#\n> show clock\n< now\n<_ R1#',
    );
    const { session } = await openScripted(script);
    expect((await deviceError(session.show('show tech', { timeoutMs: 100 }))).code).toBe('timeout');
    expect((await session.show('show clock')).trim()).toBe('now');
  });
});

describe.concurrent('the end of a session', () => {
  it('says interrupted once the signal fired, and closes without throwing', async () => {
    const stop = new AbortController();
    const { session } = await openScripted(opening('R1', '> exit\n!'), { signal: stop.signal });
    stop.abort();
    expect((await deviceError(session.show('show clock'))).code).toBe('interrupted');
    await session.close();
    await session.close();
  });

  it('leaves question and mode and says exit when it is stopped in the middle of a line', async () => {
    const stop = new AbortController();
    const { session, transport } = await openScripted(
      opening(
        'R1',
        `${CONFIG}\n> ip domain name example.net\n>^ \\x03\n<_ R1(config)#\n>^ \\x1a\n<_ R1#\n> exit\n!`,
      ),
      { signal: stop.signal },
    );
    const typing = deviceError(session.configure([plainLine('ip domain name example.net')]));
    await expect.poll(() => transport.typed.endsWith('example.net\r') && transport.isSilent).toBe(true);
    stop.abort();
    expect((await typing).code).toBe('interrupted');
    await session.close();
    transport.finish();
  });

  it('closes a connection that does not answer any more', async () => {
    const { session } = await openScripted(opening('R1', '> exit\n<  '));
    await session.close();
    expect((await deviceError(session.show('show clock'))).code).toBe('connection-lost');
  });

  it('says connection-lost when the router breaks off in the middle', async () => {
    const { session } = await openScripted(opening('R1', '> show clock\n!'));
    expect((await deviceError(session.show('show clock'))).code).toBe('connection-lost');
    await session.close();
  });
});
