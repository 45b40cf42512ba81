import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/dialogue/channel.ts';
import { readKnownHosts } from '../../src/dialogue/known-hosts-file.ts';
import { connectSsh, type SshOptions } from '../../src/dialogue/ssh-transport.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { plainDevice } from './plain-device.ts';
import { ED25519, RSA, type SshDevice, sshDevice } from './ssh-device.ts';

const right = Secret.acquired('right-Passw0rd', 'this test');
const wrong = Secret.acquired('wrong-Passw0rd', 'this test');

function optionsFor(device: SshDevice, more: Partial<SshOptions> = {}): SshOptions {
  return {
    host: '127.0.0.1',
    port: device.port,
    username: 'netops',
    password: right,
    knownHosts: path.join(device.folder, 'known_hosts'),
    acceptNewHostKeys: true,
    algorithms: 'modern',
    connectTimeoutMs: 3_000,
    loginTimeoutMs: 3_000,
    ...more,
  };
}

/** Accepts connections and says nothing. */
async function silentServer(): Promise<{ silent: Server; port: number }> {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  return { silent, port: (silent.address() as AddressInfo).port };
}

async function refusal(options: SshOptions): Promise<DeviceError> {
  const thrown: unknown = await connectSsh(options).then(
    (transport) => transport.close(),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DeviceError);
  const error = thrown as DeviceError;
  expect(`${error.message} ${error.detail} ${error.stack}`).not.toMatch(/Passw0rd/);
  return error;
}

describe('a session', () => {
  it('opens a shell quickly, talks and closes without a word', async () => {
    await using device = await sshDevice();
    const started = performance.now();
    const transport = await connectSsh(optionsFor(device));
    expect(performance.now() - started).toBeLessThan(1_000);
    const ends: unknown[] = [];
    const channel = new Channel(transport, { habits: plainDevice });
    await channel.waitFor([/^gw1#/], { timeoutMs: 1_000 });
    channel.send('hello');
    const { text } = await channel.waitFor([/^gw1#/], { timeoutMs: 1_000 });
    expect(text).toBe('\ngw1#');
    transport.onClose((reason) => ends.push(reason));
    transport.close();
    transport.close();
    await expect.poll(() => ends).toEqual([undefined]);
    expect(transport.negotiated).toMatchObject({ hostKey: 'ssh-ed25519', legacy: [] });
  });

  it('ends as connection-lost when the device closes it', async () => {
    await using device = await sshDevice();
    const channel = new Channel(await connectSsh(optionsFor(device)), { habits: plainDevice });
    await channel.waitFor([/^gw1#/], { timeoutMs: 1_000 });
    device.cut();
    await expect(channel.waitFor([/never/], { timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'connection-lost',
    });
  });

  it('ends as connection-lost when the device logs us out', async () => {
    await using device = await sshDevice();
    const channel = new Channel(await connectSsh(optionsFor(device)), { habits: plainDevice });
    await channel.waitFor([/^gw1#/], { timeoutMs: 1_000 });
    channel.send('exit');
    await expect(channel.waitFor([/never/], { timeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'connection-lost',
    });
  });

  it('fails as connection-lost when the device gives no shell', async () => {
    await using device = await sshDevice({ noShell: true });
    expect((await refusal(optionsFor(device))).code).toBe('connection-lost');
  });

  it('asks for its shell before the terminal is granted', async () => {
    await using device = await sshDevice({ terminal: 'with-shell' });
    const transport = await connectSsh(optionsFor(device));
    const channel = new Channel(transport, { habits: plainDevice });
    await channel.waitFor([/^gw1#/], { timeoutMs: 1_000 });
    channel.close();
  });

  it('is none where the device gives no terminal, although it gives a shell', async () => {
    await using device = await sshDevice({ terminal: 'refused' });
    expect((await refusal(optionsFor(device))).code).toBe('connection-lost');
  });

  it('is interrupted while it connects', async () => {
    await using device = await sshDevice();
    const { silent, port } = await silentServer();
    const controller = new AbortController();
    silent.once('connection', () => controller.abort());
    expect((await refusal(optionsFor(device, { port, signal: controller.signal }))).code).toBe('interrupted');
    silent.close();
  });
});

describe('a login', () => {
  it('sends a wrong password once', async () => {
    await using device = await sshDevice({
      login: (context) => {
        if (context.method === 'keyboard-interactive') context.prompt('Password: ', () => context.reject());
        else context.reject(['password', 'keyboard-interactive']);
      },
    });
    const error = await refusal(optionsFor(device, { password: wrong }));
    expect(error).toMatchObject({
      code: 'login-refused',
      detail: 'offered by the server: password, keyboard-interactive\ntried, once each: password',
    });
    expect(device.attempts).toEqual(['password wrong-Passw0rd']);
  });

  it('answers a keyboard-interactive password question, once', async () => {
    const answers: string[] = [];
    await using device = await sshDevice({
      login: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        return context.prompt({ prompt: 'Password: ', echo: false }, ([answer = '']) => {
          answers.push(answer);
          if (answer === 'right-Passw0rd') context.accept();
          else
            context.prompt({ prompt: 'Password: ', echo: false }, ([second = '']) => {
              answers.push(second);
              context.reject();
            });
        });
      },
    });
    (await connectSsh(optionsFor(device))).close();
    expect((await refusal(optionsFor(device, { password: wrong }))).code).toBe('login-refused');
    expect(answers).toEqual(['right-Passw0rd', 'wrong-Passw0rd']);
  });

  it('tells no password to another question', async () => {
    await using device = await sshDevice({
      login: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        return context.prompt({ prompt: 'Enter new password: ', echo: false }, () => context.reject());
      },
    });
    expect(await refusal(optionsFor(device))).toMatchObject({
      code: 'login-refused',
      message: 'the server asked “Enter new password:”',
    });
  });

  it('goes in with a private key', async () => {
    await using device = await sshDevice({
      login: (context) => (context.method === 'publickey' ? context.accept() : context.reject(['publickey'])),
    });
    const { password: _, ...options } = optionsFor(device);
    (await connectSsh({ ...options, privateKey: Secret.acquired(RSA, 'this test') })).close();
    const broken = Secret.acquired('no key at all', 'file id_rsa');
    expect(await refusal({ ...options, privateKey: broken })).toMatchObject({ code: 'login-refused' });
  });

  it('is refused, not lost, when the device hangs up at the password: it may have counted it', async () => {
    await using device = await sshDevice({ cutAt: 'login' });
    expect((await refusal(optionsFor(device))).code).toBe('login-refused');
    expect(device.attempts).toHaveLength(1);
  });
});

describe('a host key', () => {
  const line = (device: SshDevice, key = device.keys[0]): string =>
    `[127.0.0.1]:${device.port} ssh-ed25519 ${key?.toString('base64')}\n`;

  it('that nobody knows is refused with its fingerprint', async () => {
    await using device = await sshDevice();
    const error = await refusal(optionsFor(device, { acceptNewHostKeys: false }));
    expect(error.code).toBe('host-key-unknown');
    expect(error.message).toMatch(/ssh-ed25519 SHA256:[\w+/]{43}/);
    expect(device.attempts).toEqual([]);
  });

  it('that is new is written down with mode 0600 when that is allowed, and known the next time', async () => {
    await using device = await sshDevice();
    const seen: string[] = [];
    const options = optionsFor(device, { onNewHostKey: ({ fingerprint }) => seen.push(fingerprint) });
    (await connectSsh(options)).close();
    (await connectSsh({ ...options, acceptNewHostKeys: false })).close();
    expect(seen).toHaveLength(1);
    expect(readFileSync(options.knownHosts, 'utf8')).toBe(line(device));
    expect(statSync(options.knownHosts).mode & 0o777).toBe(0o600);
  });

  it('that has changed is refused even where new ones are accepted, and no password is sent', async () => {
    await using other = await sshDevice({ hostKeys: [RSA] });
    await using device = await sshDevice();
    const options = optionsFor(device);
    const rsa = other.keys[0]?.toString('base64');
    writeFileSync(options.knownHosts, `[127.0.0.1]:${device.port} ssh-rsa ${rsa}\n`);
    const error = await refusal(options);
    expect(error.code).toBe('host-key-changed');
    expect(device.attempts).toEqual([]);
  });

  it('is asked for by the type it is known by', async () => {
    await using device = await sshDevice({ hostKeys: [ED25519, RSA] });
    const options = optionsFor(device, { acceptNewHostKeys: false });
    const rsa = device.keys[1]?.toString('base64');
    writeFileSync(options.knownHosts, `[127.0.0.1]:${device.port} ssh-rsa ${rsa}\n`);
    const transport = await connectSsh(options);
    expect(transport.negotiated.hostKey).toBe('rsa-sha2-512');
    transport.close();
  });

  it('is appended whole by many devices at once', async () => {
    await using device = await sshDevice();
    await using second = await sshDevice({ hostKeys: [RSA] });
    const { knownHosts } = optionsFor(device);
    const all = await Promise.all(
      [device, second, device, second].map((one) => connectSsh(optionsFor(one, { knownHosts }))),
    );
    for (const transport of all) transport.close();
    const known = await readKnownHosts(knownHosts);
    for (const one of [device, second]) {
      expect(known.check('127.0.0.1', one.port, one.keys[0] ?? Buffer.alloc(0))).toBe('known');
    }
    expect(readFileSync(knownHosts, 'utf8').match(/\n/g)).toHaveLength(2);
  });

  it('cannot be checked against a file that cannot be read', async () => {
    await using device = await sshDevice();
    expect(await refusal(optionsFor(device, { knownHosts: device.folder }))).toMatchObject({
      code: 'host-key-unknown',
      message: expect.stringContaining('EISDIR') as string,
    });
  });
});

describe('algorithms', () => {
  const old = {
    kex: ['diffie-hellman-group14-sha1'],
    serverHostKey: ['ssh-rsa'],
    cipher: ['aes128-cbc'],
    hmac: ['hmac-sha1'],
  } as const;
  const legacyDevice = (): Promise<SshDevice> =>
    sshDevice({
      hostKeys: [RSA],
      ident: 'Cisco-1.25',
      algorithms: {
        kex: [...old.kex],
        serverHostKey: [...old.serverHostKey],
        cipher: [...old.cipher],
        hmac: [...old.hmac],
      },
    });

  it('of an old device are refused unless it is said to be old; both lists are told', async () => {
    await using device = await legacyDevice();
    const error = await refusal(optionsFor(device));
    expect(error.code).toBe('algorithms-refused');
    expect(error.message).toContain('the device offers diffie-hellman-group14-sha1');
    expect(error.detail).toContain('key exchange, ours: ecdh-sha2-nistp256');
    expect(error.detail).toContain('key exchange, theirs: diffie-hellman-group14-sha1\n');
  });

  it('of an old device are used and named where legacy is allowed', async () => {
    await using device = await legacyDevice();
    const transport = await connectSsh(optionsFor(device, { algorithms: 'legacy' }));
    expect(transport.negotiated.legacy).toEqual([
      ...old.kex,
      ...old.serverHostKey,
      ...old.cipher,
      ...old.hmac,
    ]);
    transport.close();
  });
});

describe('a device that cannot be reached', () => {
  it('is unreachable when the port is closed, and the hint names what routers refuse for', async () => {
    const { silent, port } = await silentServer();
    await new Promise((resolve) => silent.close(resolve));
    await using device = await sshDevice();
    const error = await refusal(optionsFor(device, { port }));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: `127.0.0.1:${port}: the connection was refused`,
    });
    expect(error.hint).toContain('vty');
  });

  it('is unreachable when it accepts and says nothing', async () => {
    const { silent, port } = await silentServer();
    await using device = await sshDevice();
    expect(await refusal(optionsFor(device, { port, connectTimeoutMs: 60 }))).toMatchObject({
      code: 'unreachable',
    });
    silent.close();
  });

  it('is unreachable when it hangs up at once', async () => {
    await using device = await sshDevice({ cutAt: 'tcp' });
    expect((await refusal(optionsFor(device))).code).toBe('unreachable');
  });
});
