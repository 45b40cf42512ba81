import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimFolder } from '../../src/lab/folder-claim.ts';
import { Lab } from '../../src/lab/lab.ts';
import { trustfleet } from '../cli/fake-io.ts';

describe('the folder of a lab', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'trustfleet-claim-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const start = (dir: string): Promise<Lab> => Lab.create({ dir, routers: 1, ca: 'generic' });

  it('is left as it is when it holds somebody’s own inventory', async () => {
    const own: Readonly<Record<string, string>> = {
      'inventory.yaml': '# our branches\ndevices: {}\n',
      known_hosts: '[192.0.2.1]:22 ssh-ed25519 AAAA\n',
      'secrets/login': 'our own\n',
      'secrets/enable': 'our own too\n',
    };
    await mkdir(path.join(root, 'secrets'));
    for (const [name, text] of Object.entries(own)) await writeFile(path.join(root, name), text);
    const { code, err } = await trustfleet(['lab', '--dir', root]);
    expect(code).toBe(3);
    expect(err).toContain('was not written by trustfleet lab, and would be overwritten');
    for (const [name, text] of Object.entries(own)) {
      expect(await readFile(path.join(root, name), 'utf8')).toBe(text);
    }
  });

  it('is not taken when it holds files and no inventory', async () => {
    await writeFile(path.join(root, 'known_hosts'), 'ours\n');
    await expect(start(root)).rejects.toThrow(/holds files that no lab wrote/);
    expect(await readdir(root)).toEqual(['known_hosts']);
  });

  // Node's own recursive mkdir never comes back from there.
  it.runIf(existsSync('/proc/self'))('is refused where the system lets nobody make one', async () => {
    const { code, err } = await trustfleet(['lab', '--dir', '/proc/trustfleet/lab']);
    expect([code, err]).toEqual([3, expect.stringContaining('--dir: the folder cannot be made (ENOENT)')]);
  });

  it('is made when there is none, and taken again by the next lab', async () => {
    const dir = path.join(root, 'new', 'lab');
    const first = await start(dir);
    const pins = first.ca.authority.pins[0] ?? 'none';
    await first.close();
    await writeFile(path.join(dir, 'result.json'), '{}');
    await using second = await start(dir);
    const text = await readFile(second.inventoryFile, 'utf8');
    expect(text).not.toContain(pins);
    expect(text).toContain(second.ca.authority.pins[0] ?? 'none');
  });

  it('has one lab at a time, whatever path leads to it', async () => {
    const dir = path.join(root, 'lab');
    await using lab = await start(dir);
    const text = await readFile(lab.inventoryFile, 'utf8');
    await symlink(dir, path.join(root, 'link'));
    await expect(start(dir)).rejects.toThrow(/another lab is running there/);
    await expect(start(path.join(root, 'link'))).rejects.toThrow(/another lab is running there/);
    expect(await readFile(lab.inventoryFile, 'utf8')).toBe(text);
  });

  it('is free again after a lab was killed', async () => {
    const module = path.resolve(import.meta.dirname, '../../src/lab/folder-claim.ts');
    const holder = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '-e',
        `const { claimFolder } = await import(${JSON.stringify(module)}); await claimFolder(${JSON.stringify(root)}); console.log('held'); setInterval(() => {}, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    await expect(claimFolder(root)).rejects.toThrow(/another lab is running there/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const claim = await claimFolder(root);
    await claim.release();
  });
});
