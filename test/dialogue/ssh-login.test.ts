import path from 'node:path';
import type { AuthContext } from 'ssh2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectSsh, type SshOptions } from '../../src/dialogue/ssh-transport.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { ed25519Key } from './ed25519-key.ts';
import { sshAgent } from './ssh-agent-socket.ts';
import { ED25519, publicBlob, RSA, type SshDevice, sshDevice } from './ssh-device.ts';

const { private: LOCKED, public: LOCKED_PUBLIC } = ed25519Key({
  passphrase: 'opens-it',
  cipher: 'aes256-ctr',
  rounds: 1,
});

function optionsFor(device: SshDevice, more: Partial<SshOptions> = {}): SshOptions {
  return {
    host: '127.0.0.1',
    port: device.port,
    username: 'netops',
    knownHosts: path.join(device.folder, 'known_hosts'),
    acceptNewHostKeys: true,
    algorithms: 'modern',
    connectTimeoutMs: 3_000,
    loginTimeoutMs: 3_000,
    ...more,
  };
}

async function outcome(options: SshOptions): Promise<'in' | DeviceError> {
  try {
    (await connectSsh(options)).close();
    return 'in';
  } catch (thrown) {
    if (!(thrown instanceof DeviceError)) throw thrown;
    return thrown;
  }
}

/** Takes one key, or the password; tells the keys that were offered, in order. */
function door(taken: Buffer | undefined): {
  readonly tried: string[];
  readonly login: (context: AuthContext) => void;
} {
  const tried: string[] = [];
  return {
    tried,
    login: (context) => {
      if (context.method === 'publickey') {
        if (context.signature === undefined)
          tried.push(context.key.data.equals(publicBlob(RSA)) ? 'rsa' : 'ed25519');
        return taken !== undefined && context.key.data.equals(taken)
          ? context.accept()
          : context.reject(['publickey', 'password']);
      }
      if (context.method !== 'password') return context.reject(['publickey', 'password']);
      tried.push('password');
      return context.password === 'right-Passw0rd'
        ? context.accept()
        : context.reject(['publickey', 'password']);
    },
  };
}

const password = Secret.acquired('right-Passw0rd', 'this test');
const secret = (text: string): Secret => Secret.acquired(text, 'file id');

afterEach(() => vi.unstubAllEnvs());

describe('a login with an agent', () => {
  it('tries the keys of the agent, then the key, then the password, each once', async () => {
    const { tried, login } = door(undefined);
    await using device = await sshDevice({ login });
    await using agent = await sshAgent([ED25519]);
    const options = optionsFor(device, { agent: agent.socket, privateKey: secret(RSA), password });
    expect(await outcome(options)).toBe('in');
    expect(tried).toEqual(['ed25519', 'rsa', 'password']);
  });

  it('goes in with a key of the agent', async () => {
    const { tried, login } = door(publicBlob(RSA));
    await using device = await sshDevice({ login });
    await using agent = await sshAgent([ED25519, RSA]);
    vi.stubEnv('SSH_AUTH_SOCK', agent.socket);
    expect(await outcome(optionsFor(device, { agent: true, password }))).toBe('in');
    expect(tried).toEqual(['ed25519', 'rsa']);
  });

  it('leaves a locked key file to the agent that holds it', async () => {
    const { tried, login } = door(publicBlob(ED25519));
    await using device = await sshDevice({ login });
    await using agent = await sshAgent([ED25519]);
    const options = optionsFor(device, { privateKey: secret(LOCKED) });
    expect(await outcome({ ...options, agent: agent.socket })).toBe('in');
    expect(tried).toEqual(['ed25519']);
    expect(await outcome(options)).toMatchObject({
      code: 'login-refused',
      message: expect.stringMatching(/^the private key from file id cannot be used: .*passphrase/) as string,
    });
    const wrong = await outcome({ ...options, agent: agent.socket, passphrase: secret('not-it') });
    expect(wrong).toMatchObject({ code: 'login-refused' });
  });

  it('opens a locked key with its passphrase', async () => {
    const { login } = door(publicBlob(LOCKED_PUBLIC));
    await using device = await sshDevice({ login });
    const options = optionsFor(device, { privateKey: secret(LOCKED), passphrase: secret('opens-it') });
    expect(await outcome(options)).toBe('in');
  });

  it('goes on with the password when the agent is gone or will not sign', async () => {
    const { tried, login } = door(publicBlob(RSA));
    await using device = await sshDevice({ login });
    const gone = path.join(device.folder, 'no.sock');
    expect(await outcome(optionsFor(device, { agent: gone, password }))).toBe('in');
    expect(tried).toEqual(['password']);
    expect(await outcome(optionsFor(device, { agent: gone }))).toMatchObject({
      code: 'login-refused',
      message: expect.stringContaining(`the SSH agent at ${gone} failed`) as string,
    });
  });

  it('tells which methods were offered and tried, each as it came, when nothing is left', async () => {
    const { login } = door(undefined);
    await using device = await sshDevice({ login });
    await using agent = await sshAgent([ED25519]);
    const options = optionsFor(device, { agent: agent.socket, privateKey: secret(RSA) });
    expect(await outcome(options)).toMatchObject({
      code: 'login-refused',
      detail: [
        'offered by the server: publickey, password',
        'tried, once each: publickey (keys of the agent), publickey (the private key)',
      ].join('\n'),
    });
    expect(await outcome(optionsFor(device))).toMatchObject({
      message: 'the server takes publickey, password only',
      detail: 'offered by the server: publickey, password\ntried, once each: none',
    });
  });

  it('says so when SSH_AUTH_SOCK is not set', async () => {
    await using device = await sshDevice();
    vi.stubEnv('SSH_AUTH_SOCK', undefined);
    expect(await outcome(optionsFor(device, { agent: true }))).toMatchObject({
      code: 'login-refused',
      message: 'ssh.agent is on, but SSH_AUTH_SOCK is not set',
    });
  });
});

/** Takes these methods only; tells what was sent, `none` included, with the password where there was one. */
function doorman(methods: readonly ('password' | 'keyboard-interactive' | 'publickey')[]): {
  readonly heard: string[];
  readonly login: (context: AuthContext) => void;
} {
  const heard: string[] = [];
  return {
    heard,
    login: (context) => {
      heard.push(context.method);
      if (context.method === 'keyboard-interactive' && methods.includes(context.method))
        return context.prompt({ prompt: 'Password: ', echo: false }, (answers) => {
          heard.push(`answered ${answers.join()}`);
          return answers.includes('right-Passw0rd') ? context.accept() : context.reject([...methods]);
        });
      const isIn = context.method === 'password' && methods.includes('password');
      return isIn && context.password === 'right-Passw0rd' ? context.accept() : context.reject([...methods]);
    },
  };
}

describe('a login with a password and nothing else', () => {
  it('asks nobody what he takes', async () => {
    const { heard, login } = doorman(['publickey', 'keyboard-interactive', 'password']);
    await using device = await sshDevice({ login });
    expect(await outcome(optionsFor(device, { password }))).toBe('in');
    expect(heard).toEqual(['password']);
  });

  it('answers the question of a server that takes no passwords but asks for one', async () => {
    const { heard, login } = doorman(['publickey', 'keyboard-interactive']);
    await using device = await sshDevice({ login });
    expect(await outcome(optionsFor(device, { password }))).toBe('in');
    expect(heard).toEqual(['password', 'keyboard-interactive', 'answered right-Passw0rd']);
  });

  it('has a wrong password looked at once, whatever the server takes', async () => {
    for (const methods of [
      ['password'],
      ['password', 'keyboard-interactive'],
      ['keyboard-interactive'],
    ] as const) {
      const { heard, login } = doorman(methods);
      await using device = await sshDevice({ login });
      const wrong = Secret.acquired('wrong-Passw0rd', 'this test');
      expect(await outcome(optionsFor(device, { password: wrong }))).toMatchObject({ code: 'login-refused' });
      const looks = heard.filter((one) =>
        methods.some((method) => method === 'password') ? one === 'password' : one.startsWith('answered'),
      );
      expect(looks).toHaveLength(1);
      if (methods[0] === 'password') expect(heard).toEqual(['password']);
    }
  });

  it('says what a server takes that has no use for a password', async () => {
    const { login } = doorman(['publickey']);
    await using device = await sshDevice({ login });
    expect(await outcome(optionsFor(device, { password }))).toMatchObject({
      code: 'login-refused',
      message: 'the server takes publickey only',
    });
  });
});

describe('deadlines', () => {
  it('end a login that hangs as a timeout, whatever is left of the time to connect', async () => {
    await using device = await sshDevice({
      login: (context) => (context.method === 'none' ? context.reject(['password']) : undefined),
    });
    const options = optionsFor(device, { password, connectTimeoutMs: 60_000, loginTimeoutMs: 60 });
    expect(await outcome(options)).toMatchObject({
      code: 'timeout',
      message: `127.0.0.1:${device.port}: the login was not finished within 0.06 s`,
    });
  });

  it('give the login its own time', async () => {
    await using device = await sshDevice({
      login: (context) => {
        if (context.method !== 'password') return context.reject(['password']);
        setTimeout(() => context.accept(), 250);
        return undefined;
      },
    });
    expect(
      await outcome(optionsFor(device, { password, connectTimeoutMs: 200, loginTimeoutMs: 5_000 })),
    ).toBe('in');
  });
});

describe('keepalives', () => {
  it('end a session whose device fell silent', async () => {
    await using device = await sshDevice();
    const transport = await connectSsh(
      optionsFor(device, { password, keepalive: { intervalMs: 20, count: 2 } }),
    );
    const ended = new Promise<Error | undefined>((resolve) => transport.onClose(resolve));
    device.freeze();
    expect(await ended).toMatchObject({
      code: 'connection-lost',
      message: 'the device showed no sign of life (see ssh.keepalive)',
    });
  });
});
