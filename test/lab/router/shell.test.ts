import { describe, expect, it } from 'vitest';

import { connect, execute, NETOPS, Typist } from './typist.ts';
import { startRouter } from './world.ts';

describe('logging in', () => {
  it('announces itself as a Cisco SSH server and shows the privileged prompt to a level 15 user', async () => {
    await using router = await startRouter();
    await using typist = await Typist.open(router);
    expect(await typist.until(/#$/)).toBe('\r\nR15#');
    expect(router.state.sessions).toMatchObject([{ user: 'netops', line: 0 }]);
  });

  it('takes the password by keyboard-interactive as well', async () => {
    await using router = await startRouter();
    await using typist = await Typist.byKeyboard(router, NETOPS.password);
    expect(await typist.line('show privilege')).toBe('Current privilege level is 15\n');
  });

  it('hangs up after three wrong passwords, so that even the right one comes too late', async () => {
    await using router = await startRouter();
    let attempts = 0;
    const login = connect(router, {
      authHandler: (_left, _partial, next) => {
        attempts += 1;
        next({
          type: 'password',
          username: NETOPS.username,
          password: attempts <= 3 ? 'wrong' : NETOPS.password,
        });
      },
    });
    await expect(login).rejects.toThrow();
  });

  it('speaks the algorithms of old releases when told to', async () => {
    await using router = await startRouter({ ssh: 'legacy' });
    const legacy = {
      algorithms: {
        kex: ['diffie-hellman-group14-sha1' as const],
        serverHostKey: ['ssh-rsa' as const],
        cipher: ['aes128-cbc' as const],
        hmac: ['hmac-sha1' as const],
      },
    };
    await using typist = await Typist.login(router, legacy);
    expect(await typist.line('show privilege')).toBe('Current privilege level is 15\n');
    await expect(connect(router)).rejects.toThrow(/no matching/i);
  });

  it('has five lines and refuses the sixth session', async () => {
    await using router = await startRouter();
    const clients = await Promise.all(Array.from({ length: 5 }, () => connect(router)));
    await expect(connect(router)).rejects.toThrow();
    for (const client of clients) client.destroy();
  });

  it('sends the login banner before the password and the message of the day after it', async () => {
    await using router = await startRouter({
      banner: 'authorized use only',
      running: ['banner motd #be kind#'],
    });
    const client = await connect(router);
    client.destroy();
    await using typist = await Typist.open(router);
    expect(await typist.until(/#$/)).toBe('\r\nbe kind\r\nR15#');
  });

  it('prints the known_hosts line of the key it shows', async () => {
    await using router = await startRouter();
    let shown = '';
    const client = await connect(router, {
      hostVerifier: (key: Buffer) => {
        shown = key.toString('base64');
        return true;
      },
    });
    client.destroy();
    expect(router.hostKeyLine).toBe(`[127.0.0.1]:${router.port} ecdsa-sha2-nistp256 ${shown}`);
  });
});

describe('privilege', () => {
  const users = [{ ...NETOPS, name: NETOPS.username, privilege: 1 }];

  it('starts a level 1 user in user EXEC, where privileged commands do not exist', async () => {
    await using router = await startRouter({ users });
    await using typist = await Typist.open(router);
    expect(await typist.until(/>$/)).toBe('\r\nR15>');
    expect(await typist.line('show running-config')).toContain("% Invalid input detected at '^' marker.");
  });

  it('opens privileged EXEC to the enable secret, without echo', async () => {
    await using router = await startRouter({ users, enableSecret: 'let-me' });
    await using typist = await Typist.login(router);
    typist.type('enable\r');
    expect(await typist.until(/Password: $/)).toBe('enable\r\nPassword: ');
    expect(await typist.raw('let-me')).toBe('\r\nR15#');
    expect(await typist.line('show privilege')).toBe('Current privilege level is 15\n');
  });

  it('gives three tries for the enable secret', async () => {
    await using router = await startRouter({ users, enableSecret: 'let-me' });
    await using typist = await Typist.login(router);
    typist.type('enable\r');
    for (const wrong of ['a', 'b']) {
      await typist.until(/Password: $/);
      typist.type(`${wrong}\r`);
    }
    await typist.until(/Password: $/);
    expect(await typist.raw('c')).toBe('\r\n% Bad secrets\r\n\r\nR15>');
  });

  it('says when there is no secret', async () => {
    await using router = await startRouter({ users });
    await using typist = await Typist.login(router);
    expect(await typist.line('enable')).toBe('% No password set\n');
  });
});

describe('the parser', () => {
  it('takes unique abbreviations and names what is ambiguous or incomplete', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    expect(await typist.line('sh priv')).toBe('Current privilege level is 15\n');
    expect(await typist.line('c')).toBe('% Ambiguous command:  "c"\n');
    expect(await typist.line('show crypto pki')).toBe('% Incomplete command.\n\n');
  });

  it('puts the marker under the character where understanding ends, counted with the prompt', async () => {
    await using router = await startRouter({ hostname: 'DS-07-SW1' });
    await using typist = await Typist.login(router);
    expect(await typist.line('show clocks')).toBe(
      `${' '.repeat('DS-07-SW1#show clock'.length)}^\n% Invalid input detected at '^' marker.\n\n`,
    );
    await typist.lines('configure terminal');
    expect(await typist.line('exec-timeout 10 0')).toBe(
      `${' '.repeat(20)}^\n% Invalid input detected at '^' marker.\n\n`,
    );
    expect(await typist.line('do show ntp foo')).toBe(
      `${' '.repeat('DS-07-SW1(config)#do show ntp '.length)}^\n% Invalid input detected at '^' marker.\n\n`,
    );
  });

  it('takes a single unknown word for a host name', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    expect(await typist.line('hello')).toContain(
      '% Unknown command or computer name, or unable to find computer address\n',
    );
  });

  it('knows crypto ca as crypto pki', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto ca trustpoint OLD', 'end');
    expect(await typist.line('show crypto ca trustpoints')).toBe('Trustpoint OLD:\n\n\n');
  });

  it('shows what may follow a question mark, and leaves the line standing', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    typist.type('show ip ?');
    const help = await typist.until(/R15#show ip $/);
    expect(help).toContain('  interface  ');
    expect(help).toContain('  ssh        ');
    expect(await typist.raw('interface brief')).toContain('GigabitEthernet0/0');
  });
});

describe('modes', () => {
  it('shows every mode in the prompt and leaves them with exit, end and Ctrl-Z', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    expect(await typist.raw('conf t')).toMatch(
      /Enter configuration commands, one per line\. {2}End with CNTL\/Z\.\r\nR15\(config\)#$/,
    );
    expect(await typist.raw('crypto pki trustpoint TP')).toMatch(/R15\(ca-trustpoint\)#$/);
    expect(await typist.raw('exit')).toMatch(/R15\(config\)#$/);
    expect(await typist.raw('interface gi0/1')).toMatch(/R15\(config-if\)#$/);
    expect(await typist.raw('line vty 0 4')).toMatch(/R15\(config-line\)#$/);
    expect(await typist.raw('crypto pki certificate chain TP')).toMatch(/R15\(config-cert-chain\)#$/);
    expect(await typist.raw('end')).toMatch(/R15#$/);
    await typist.raw('conf t');
    typist.type('\x1a');
    expect(await typist.until(/#$/)).toBe('^Z\r\nR15#');
  });

  it('runs a global command typed in a submode and goes on in global configuration', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'crypto pki trustpoint TP');
    expect(await typist.raw('ip domain name changed.example')).toMatch(/R15\(config\)#$/);
    expect(router.state.running).toContain('\nip domain name changed.example\n');
  });

  it('cuts the host name in configuration prompts at twenty characters', async () => {
    await using router = await startRouter({ hostname: 'branch-router-of-the-far-north' });
    await using typist = await Typist.login(router);
    expect(await typist.raw('conf t')).toMatch(/\nbranch-router-of-the\(config\)#$/);
  });

  it('logs who configured, when configuration is left', async () => {
    await using router = await startRouter();
    await using typist = await Typist.login(router);
    await typist.lines('conf t', 'end');
    expect(router.state.log.at(-1)).toContain(
      '%SYS-5-CONFIG_I: Configured from console by netops on vty0 (127.0.0.1)',
    );
  });
});

describe('one-shot commands', () => {
  it('runs a command given to ssh, without prompt, echo, wrap or pager', async () => {
    await using router = await startRouter();
    expect(await execute(router, 'show privilege')).toBe('\r\nCurrent privilege level is 15\r\n<0>');
    const version = await execute(router, 'show version');
    expect(version).toContain('(C1900-UNIVERSALK9-M), Version 15.7(3)M8, RELEASE SOFTWARE (fc1)\r\n');
    expect(version).toContain('virtual router of the trustfleet lab');
  });
});
