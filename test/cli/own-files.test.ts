import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { anInventory, ENV } from './an-inventory.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

/** A folder whose inventory names one file of each kind; all of them are there. */
function aFolderWithInputs(): string {
  const cwd = anInventory((text) =>
    text
      .replace('{ env: TRUSTFLEET_PASSWORD }', '{ file: ./login }, config: ./ssh_config')
      .replace('challenge: none', 'challenge: { file: ./challenges.csv }')
      .replace('defaults:', 'templates: ./blocks\ndefaults:'),
  );
  for (const folder of ['blocks', '.trustfleet', 'out', 'rendered']) mkdirSync(path.join(cwd, folder));
  const files: Readonly<Record<string, string>> = {
    login: 'a-password\n',
    known_hosts: '192.0.2.11 ssh-ed25519 AAAA\n',
    known_too: '192.0.2.11 ssh-ed25519 AAAA\n',
    ssh_config: 'Include ssh_more\nHost *\n  User netops\n',
    ssh_more: 'Host 192.0.2.11\n  UserKnownHostsFile known_too\n',
    'challenges.csv': 'device,challenge\n',
    '.trustfleet/state.db': 'not a database',
    'plan.json': '{}',
    'a.txt': TRANSCRIPT,
    'key.pem': 'a key',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
  symlinkSync('inventory.yaml', path.join(cwd, 'link.yaml'));
  linkSync(path.join(cwd, 'login'), path.join(cwd, 'hard'));
  symlinkSync('.trustfleet', path.join(cwd, 'state'));
  return cwd;
}

const TRANSCRIPT = '# trustfleet transcript\n';

describe('a file that trustfleet is asked to write', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = aFolderWithInputs();
  });

  const run = (line: string): ReturnType<typeof trustfleet> =>
    trustfleet(line.split(' '), fakeIo({ cwd, env: ENV }));

  it.each([
    ['enroll --json inventory.yaml', 'inventory.yaml', '--json: is the inventory'],
    ['verify --html inventory.yaml', 'inventory.yaml', '--html: is the inventory'],
    ['verify --html link.yaml', 'inventory.yaml', '--html: is the inventory'],
    ['verify --metrics inventory.yaml', 'inventory.yaml', '--metrics: is the inventory'],
    ['verify --csv known_hosts', 'known_hosts', '--csv: is a file that the inventory names'],
    ['verify --csv known_too', 'known_too', '--csv: is a file that the inventory names'],
    ['verify --junit login', 'login', '--junit: is a file that the inventory names'],
    ['verify --junit hard', 'login', '--junit: is a file that the inventory names'],
    ['renew --calendar --json challenges.csv', 'challenges.csv', 'is a file that the inventory names'],
    ['plan --out ssh_config', 'ssh_config', '--out: is a file that the inventory names'],
    ['plan --out ssh_more', 'ssh_more', '--out: is a file that the inventory names'],
    ['verify --json .trustfleet/state.db', '.trustfleet/state.db', '--json: lies in the state directory'],
    ['verify --json state/new.json', '.trustfleet/state.db', '--json: lies in the state directory'],
    ['status --json known_hosts', 'known_hosts', '--json: is a file that the inventory names'],
    ['doctor --json known_hosts', 'known_hosts', '--json: is a file that the inventory names'],
    ['render --out blocks', 'login', '--out: is a file that the inventory names'],
    ['render --out .trustfleet/new', 'login', '--out: lies in the state directory'],
    ['enroll --plan plan.json --json plan.json', 'plan.json', '--json: is the file of --plan'],
    ['report --html login', 'login', '--html: is a file that the inventory names'],
    ['report --proof p.tar --sign-key key.pem --csv key.pem', 'key.pem', 'is the file of --sign-key'],
    ['report --proof .trustfleet/p.tar --sign-key key.pem', 'key.pem', 'lies in the state directory'],
    ['transcript lint a.txt --test-case inventory.yaml', 'inventory.yaml', '--test-case: is the inventory'],
    ['transcript lint a.txt --test-case login', 'login', 'is a file that the inventory names'],
    ['transcript lint a.txt --json a.txt', 'a.txt', '--json: is the transcript itself'],
  ])('is never what it reads: %s', async (line, file, said) => {
    const before = readFileSync(path.join(cwd, file), 'utf8');
    const { code, err } = await run(line);
    expect(code).toBe(3);
    expect(err).toContain(said);
    expect(readFileSync(path.join(cwd, file), 'utf8')).toBe(before);
  });

  it('is not a secret in the folder where configurations are rendered', async () => {
    const named = path.join(cwd, 'inventory.yaml');
    writeFileSync(named, readFileSync(named, 'utf8').replace('./login', './rendered/br-1.txt'));
    const secret = path.join(cwd, 'rendered', 'br-1.txt');
    writeFileSync(secret, 'a-password\n');
    const { code, err } = await run('render --out rendered');
    expect([code, readFileSync(secret, 'utf8')]).toEqual([3, 'a-password\n']);
    expect(err).toContain('is a file that the inventory names');
  });

  it('is found by the variable of the inventory where the command takes none', async () => {
    writeFileSync(path.join(cwd, 'emea.yaml'), 'devices: {}\n');
    const io = fakeIo({ cwd, env: { ...ENV, TRUSTFLEET_INVENTORY: 'emea.yaml' } });
    const { code, err } = await trustfleet(['transcript', 'lint', 'a.txt', '--test-case', 'emea.yaml'], io);
    expect(code).toBe(3);
    expect(err).toContain('--test-case: is the inventory');
  });

  it.each([
    ['--json x --html x', '--html: is the file of --json too'],
    ['--json x --html ./out/../x', '--html: is the file of --json too'],
    ['--csv one --junit two', '--csv: is the file of --junit too'],
    ['--json one --metrics out/x', '--metrics: is the file of --json too'],
  ])('is not that of two reports: %s', async (options, said) => {
    symlinkSync('out/x', path.join(cwd, 'one'));
    symlinkSync('out/x', path.join(cwd, 'two'));
    const { code, err } = await run(`verify ${options}`);
    expect(code).toBe(3);
    expect(err).toContain(said);
  });

  it('may stand beside the inventory, and may be there already', async () => {
    writeFileSync(path.join(cwd, 'old.json'), '{}');
    const plain = anInventory();
    writeFileSync(path.join(plain, 'lines.json'), '{}');
    const io = fakeIo({ cwd: plain, env: ENV });
    const { code } = await trustfleet(['render', '--json', 'lines.json', '--out', '.'], io);
    expect(code).toBe(0);
    expect(readFileSync(path.join(plain, 'lines.json'), 'utf8')).toContain('"schema"');
  });

  it('has a name in the refusal even when it is the folder one is in', async () => {
    const io = fakeIo({ cwd: process.cwd(), env: ENV });
    const { code, err } = await trustfleet(['verify', '--json', '.'], io);
    expect(code).toBe(3);
    expect(err).toMatch(/^\. --json: is a folder, expected a file/);
  });
});
