import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { formatInputProblem, InputError } from '../../src/domain/errors.ts';
import { checkSecrets, openSecrets } from '../../src/inventory/secrets.ts';
import { parse, SHA1 } from './inventories.ts';

const NOBODY = (text: string): Promise<string> => Promise.reject(new Error(`asked: ${text}`));

/** Devices r1, r2 …, each with these ssh settings. */
function fleet(ssh: string, count = 1): readonly Device[] {
  return parse(
    `defaults: { domain: e.net }\ndevices:\n${Array.from(
      { length: count },
      (_, index) => `  r${index + 1}: { host: r${index + 1}, ssh: { username: u, ${ssh} } }\n`,
    ).join('')}`,
  ).devices;
}

async function sentences(opening: Promise<void>): Promise<readonly string[]> {
  try {
    await opening;
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems.map(formatInputProblem);
    throw thrown;
  }
  return [];
}

/** A program of Node itself: works wherever the tests do. */
const program = (source: string, ...args: string[]): string =>
  `{ command: ${JSON.stringify([process.execPath, '-e', source, ...args])} }`;

describe('openSecrets', () => {
  it('opens logins, NTP keys and challenge sources', async () => {
    const { devices } = parse(`defaults:
  domain: e.net
  ssh: { username: u, privateKey: { env: KEY }, passphrase: { env: PASSPHRASE }, enable: { env: ENABLE } }
  clock: { ntp: { keys: [{ id: 1, md5: { env: NTP } }] } }
authorities:
  s: { scep: { url: "http://a/" }, fingerprint: "${SHA1}", challenge: { env: STATIC } }
  d: { scep: { url: "http://a/" }, fingerprint: "${SHA1}", challenge: { daily: { value: { env: DAILY }, notAfter: 2030-01-01T00:00:00Z } } }
  n: { scep: { url: "http://a/" }, fingerprint: "${SHA1}", challenge: { ndes: { url: "https://a/", username: u, password: { env: NDES } } } }
trustpoints:
  S: { authority: s, subject: CN=x }
  D: { authority: d, subject: CN=x }
  N: { authority: n, subject: CN=x }
devices: { a: { host: a, trustpoints: [S, D, N] } }
`);
    const env = {
      KEY: 'two\nlines\n',
      PASSPHRASE: 'p',
      ENABLE: 'e?',
      NTP: 'n',
      STATIC: 's',
      DAILY: 'd',
      NDES: 'x y',
    };
    await openSecrets(devices, { env, ask: NOBODY });
    const [device] = devices;
    expect(device?.ssh.privateKey?.reveal()).toBe('two\nlines\n');
    expect(device?.ssh.enable?.reveal()).toBe('e?');
    expect(device?.clock.ntp.keys[0]?.md5.reveal()).toBe('n');
    const revealed = device?.trustpoints.map(({ authority: { challenge } }) =>
      challenge.kind === 'ndes'
        ? challenge.password.reveal()
        : 'value' in challenge && challenge.value.reveal(),
    );
    expect(revealed).toEqual(['s', 'd', 'x y']);
  });

  it('reads a file and the output of a program, one line end cut, the arguments untouched by any shell', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
    await writeFile(path.join(folder, 'pw'), ' from file \r\n');
    const devices = fleet(
      `password: { file: ${path.join(folder, 'pw')} }, enable: ${program('console.log(process.argv[1])', '$HOME; `id`')}`,
    );
    await openSecrets(devices, { env: {}, ask: NOBODY });
    expect(devices[0]?.ssh.password?.reveal()).toBe(' from file ');
    expect(devices[0]?.ssh.enable?.reveal()).toBe('$HOME; `id`');
  });

  it('runs and asks once for what many devices share, one question after the other', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'secrets-'));
    const log = path.join(folder, 'runs');
    const source = `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x'); console.log('v')`;
    const devices = [
      ...fleet(`password: { prompt: "Login" }, enable: ${program(source)}`, 20),
      ...fleet('password: { prompt: "Other" }', 3),
    ];
    let open = 0;
    const asked: string[] = [];
    await openSecrets(devices, {
      env: {},
      ask: async (text) => {
        open += 1;
        asked.push(`${text} ${open}`);
        await Promise.resolve();
        open -= 1;
        return `answer to ${text}`;
      },
    });
    expect(asked).toEqual(['Login 1', 'Other 1']);
    expect(devices[19]?.ssh.password?.reveal()).toBe('answer to Login');
    expect(devices[19]?.ssh.enable?.reveal()).toBe('v');
    expect(await readFile(log, 'utf8')).toBe('x');
  });

  it('tells every secret that could not be had, with its place and never with a value', async () => {
    const devices = [
      ...fleet('password: { env: UNSET }, enable: { env: UNSET }', 3),
      ...fleet('password: { file: /nowhere/pw }'),
      ...fleet('password: { env: EMPTY }'),
      ...fleet('password: { env: LINES }'),
      ...fleet(
        `password: ${program('console.log("hunter2"); console.error("vault is\\nsealed"); process.exitCode = 3')}`,
      ),
      ...fleet('password: { command: [/nowhere/program] }'),
    ];
    const env = { EMPTY: '', LINES: 'hunter2\nshutdown' };
    const told = await sentences(openSecrets(devices, { env, ask: NOBODY }));
    const place = 'inventory.yaml:3:49 devices.r1.ssh.password:';
    expect(told).toEqual([
      `${place} the environment variable UNSET is not set (export UNSET before trustfleet starts)`,
      `${place} there is no file /nowhere/pw (its path counts from the inventory’s folder)`,
      `${place} environment variable EMPTY is empty`,
      `${place} environment variable LINES holds a line break or another control character`,
      `${place} the program ${process.execPath} ended with status 3: vault is sealed`,
      `${place} the program /nowhere/program could not be run: there is no such program`,
    ]);
    expect(told.join()).not.toContain('hunter2');
  });

  it('refuses an NTP key that would not be one word of configuration', async () => {
    const { devices } = parse(
      'devices: { a: { host: a, ssh: { username: u, password: { env: P } }, clock: { ntp: { keys: [{ id: 1, md5: { env: K } }] } } } }',
    );
    const open = (value: string): Promise<readonly string[]> =>
      sentences(openSecrets(devices, { env: { P: 'p', K: value }, ask: NOBODY }));
    expect(await open('a b')).toEqual([
      expect.stringContaining(
        'environment variable K holds a blank, which ends the word in a configuration line',
      ),
    ]);
    expect(await open('a?b')).toEqual([
      expect.stringContaining('environment variable K holds a question mark'),
    ]);
    expect(await open('ab')).toEqual([]);
  });

  it('asks nothing about a secret that is open', async () => {
    const devices = fleet('password: { prompt: "Login" }');
    let asked = 0;
    const ask = (): Promise<string> => {
      asked += 1;
      return Promise.resolve(`answer ${asked}`);
    };
    await openSecrets(devices, { env: {}, ask });
    await openSecrets(devices, { env: {}, ask });
    expect(asked).toBe(1);
  });
});

describe('checkSecrets', () => {
  it('finds unset variables and missing files, running and asking nothing', () => {
    const devices = fleet(
      'password: { env: UNSET }, enable: { command: [/nowhere/program] }, privateKey: { file: /nowhere/key }, passphrase: { prompt: "x" }',
      2,
    );
    expect(checkSecrets(devices, { env: {} }).map(formatInputProblem)).toEqual([
      'inventory.yaml:3:49 devices.r1.ssh.password: the environment variable UNSET is not set (export UNSET before trustfleet starts)',
      'inventory.yaml:3:118 devices.r1.ssh.privateKey: there is no file /nowhere/key (its path counts from the inventory’s folder)',
    ]);
    expect(checkSecrets(fleet('password: { env: SET }'), { env: { SET: 'x' } })).toEqual([]);
  });
});
