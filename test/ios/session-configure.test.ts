import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { CONFIGURE } from '../../src/ios/modes.ts';
import { parseScript } from '../dialogue/script.ts';
import { deviceError, opening, openScripted, SPLITS, scriptedDevice, secret } from './router.ts';

const CONFIG = `> configure terminal
< Enter configuration commands, one per line.  End with CNTL/Z.
<_ R1(config)#`;

describe.concurrent('configure', () => {
  it('stops at the first refused line, names it masked, and leaves configuration mode', async () => {
    const script = opening(
      'R1',
      `${CONFIG}
> crypto pki trustpoint T
<_ R1(ca-trustpoint)#
> pasword Tr0ub4dor
<                   ^
< % Invalid input detected at '^' marker.
< 
<_ R1(ca-trustpoint)#
> end
<_ R1#
> exit
!`,
    );
    const { session, transport } = await openScripted(script);
    const error = await deviceError(
      session.configure([
        plainLine('crypto pki trustpoint T'),
        { parts: ['pasword ', secret('Tr0ub4dor')] },
        plainLine('never typed'),
      ]),
    );
    expect([error.code, error.message]).toEqual([
      'command-refused',
      "“pasword <redacted>”: % Invalid input detected at '^' marker.",
    ]);
    expect(error.detail).not.toContain('Tr0ub4dor');
    expect(error.detail.split('\n').slice(0, 3)).toEqual([
      'R1(ca-trustpoint)#pasword <redacted>',
      '                  ^',
      "% Invalid input detected at '^' marker.",
    ]);
    await session.close();
    transport.finish();
  });

  it('never answers a question', async () => {
    const script = opening(
      'R1',
      `${CONFIG}
> no crypto pki trustpoint T
< % Removing an enrolled trustpoint will destroy all certificates
<  received from the related Certificate Authority.
< 
<_ Are you sure you want to do this? [yes/no]:\\s
>^ \\x03
< 
<_ R1(config)#
> end
<_ R1#
> exit
!`,
    );
    const { session, transport } = await openScripted(script, { split: 'bytes' });
    const error = await deviceError(session.configure([plainLine('no crypto pki trustpoint T')]));
    expect([error.code, error.message]).toEqual([
      'unexpected-question',
      expect.stringContaining('Are you sure'),
    ]);
    await session.close();
    transport.finish();
  });

  it.each(SPLITS.map((split) => [split] as const))(
    'sees a question without brackets, and types nothing into it (read as %s)',
    async (split) => {
      const question = '<_ Target IP address:\\s\n>^ \\x03\n< \n<_ R1(config)#\n> end\n<_ R1#\n> exit\n!';
      const script = opening('R1', `${CONFIG}\n> ip domain name example.net\n${question}`);
      const device = scriptedDevice({}, 10_000);
      const { session, transport } = await openScripted(script, { split, device });
      const error = await deviceError(session.configure([plainLine('ip domain name example.net')]));
      expect([error.code, error.message]).toEqual([
        'unexpected-question',
        expect.stringContaining('Target IP address:'),
      ]);
      await session.close();
      transport.finish();
    },
  );

  it.each(SPLITS.map((split) => [split] as const))(
    'reads a refusal whose caret stands in the last column of a terminal that stays narrow (read as %s)',
    async (split) => {
      const caret = `< ${' '.repeat(79)}^\n< % Invalid input detected at '^' marker.\n< \n`;
      const widths = ['511', '512', '0'].map((width) => `> terminal width ${width}\n${caret}<_ R1#\n`);
      const login = '<_ R1#\n>\n<_ R1#\n> terminal length 0\n<_ R1#\n';
      const line = `snmp-server contact ${'x'.repeat(30)} y`;
      const script = parseScript(
        `${login}${widths.join('')}${CONFIG}\n> ${line}\n${caret}<_ R1(config)#\n> end\n<_ R1#\n> exit\n!`,
      );
      const { session, transport } = await openScripted(script, { split });
      const error = await deviceError(session.configure([plainLine(line)]));
      expect([error.code, error.message]).toEqual([
        'command-refused',
        `“${line}”: % Invalid input detected at '^' marker.`,
      ]);
      expect(error.detail).toContain(`\n${' '.repeat(79)}^\n`);
      await session.close();
      transport.finish();
    },
  );

  it('follows the router to a new name', async () => {
    const script = opening(
      'R1',
      `${CONFIG}
> hostname Lyon
<_ Lyon(config)#
> ip domain name example.net
<_ Lyon(config)#
> end
<_ Lyon#
> show clock
< now
<_ Lyon#`,
    );
    const { session } = await openScripted(script);
    await session.configure([plainLine('hostname Lyon'), plainLine('ip domain name example.net')]);
    expect(session.hostname).toBe('Lyon');
    expect((await session.show('show clock')).trim()).toBe('now');
  });

  it('tries again while somebody else holds the configuration, and gives up in the end', async () => {
    const locked = '> configure terminal\n< Configuration mode is locked by process 3\n<_ R1#\n';
    const once = await openScripted(
      opening('R1', `${locked}${CONFIG}\n> ntp server 192.0.2.9\n<_ R1(config)#\n> end\n<_ R1#`),
    );
    await once.session.configure([plainLine('ntp server 192.0.2.9')]);
    const forever = await openScripted(opening('R1', locked.repeat(4)));
    const error = await deviceError(forever.session.configure([plainLine('ntp server 192.0.2.9')]));
    expect([error.code, error.message]).toEqual(['command-refused', expect.stringContaining('locked')]);
    forever.transport.finish();
  });

  it('does not type on when a line left configuration mode', async () => {
    const { session } = await openScripted(opening('R1', `${CONFIG}\n> end\n<_ R1#`));
    const error = await deviceError(session.configure([plainLine('end'), plainLine('reload')]));
    expect([error.code, error.message]).toEqual([
      'command-refused',
      expect.stringContaining('“reload” was not typed'),
    ]);
  });

  it('is not confused by a log line with a prompt glued behind it', async () => {
    const script = opening(
      'R1',
      `${CONFIG}
>^ ip domain name example.net\\r
<_ ip domain name example.net\\r\\n
<_ %SSH-5-ENABLED: SSH 1.5 has been enabledR1(config)#
> end
<_ R1#`,
    );
    const { session, transport } = await openScripted(script, { split: 'bytes' });
    await session.configure([plainLine('ip domain name example.net')]);
    transport.finish();
  });
});

const MAKE_KEY = {
  name: 'make a key pair',
  opening: 'crypto key generate rsa label T modulus 2048',
  exchanges: [],
  timeoutMs: 2_000,
};
const MADE = `> ${MAKE_KEY.opening}\n< [OK]\n<_ R1(config)#`;

describe.concurrent('what comes behind a conversation', () => {
  it.each(SPLITS)('begins where that ended, in configuration mode (%s)', async (split) => {
    const script = opening('R1', `${CONFIG}\n${MADE}\n${MADE}\n> end\n<_ R1#\n> exit\n!`);
    const { session, transport } = await openScripted(script, { split });
    await session.converse(MAKE_KEY, 'configuration', [CONFIGURE]);
    await session.converse(MAKE_KEY, 'configuration');
    await session.close();
    transport.finish();
  });

  it('does not begin below another line', async () => {
    const enters = { ...MAKE_KEY, opening: 'crypto pki trustpoint T' };
    const below = '> crypto pki trustpoint T\n<_ R1(ca-trustpoint)#\n> end\n<_ R1#';
    const script = opening('R1', `${CONFIG}\n${below}\n${CONFIG}\n${MADE}\n> end\n<_ R1#\n> exit\n!`);
    const { session, transport } = await openScripted(script);
    await session.converse(enters, 'configuration', [CONFIGURE]);
    await session.converse(MAKE_KEY, 'configuration');
    await session.close();
    transport.finish();
  });

  it('leaves that mode first where it is a show command after all', async () => {
    const shown = '> show clock\n< 10:00:00.000 UTC Sat Nov 21 2026\n<_ R1#';
    const script = opening('R1', `${CONFIG}\n${MADE}\n> end\n<_ R1#\n${shown}\n> exit\n!`);
    const { session, transport } = await openScripted(script);
    await session.converse(MAKE_KEY, 'configuration', [CONFIGURE]);
    expect(await session.show('show clock')).toContain('10:00:00');
    await session.close();
    transport.finish();
  });

  it('leaves that mode as well where it is nothing', async () => {
    const script = opening('R1', `${CONFIG}\n${MADE}\n>^ \\x1a\n<_ R1#\n> exit\n!`);
    const { session, transport } = await openScripted(script);
    await session.converse(MAKE_KEY, 'configuration', [CONFIGURE]);
    await session.close();
    transport.finish();
  });
});
