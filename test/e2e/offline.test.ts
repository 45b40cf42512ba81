import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProgram } from './program.ts';
import { LOGIN, setTripwire } from './tripwire.ts';

describe.concurrent('without any network', { timeout: 60_000 }, () => {
  it('check finds nothing wrong', async () => {
    await using wire = await setTripwire();
    const { exit, stdout } = await startProgram(wire.dir, ['check']).done;
    expect(stdout).toMatch(/inventory\.yaml: 2 devices, 1 trustpoint, 1 CA, no problem found/);
    expect(exit).toBe(0);
    expect(wire.touched()).toBe(0);
  });

  it('render prints every line of every device, secrets masked', async () => {
    await using wire = await setTripwire();
    const { exit, stdout } = await startProgram(wire.dir, ['render']).done;
    expect(exit).toBe(0);
    expect(stdout.match(/^crypto pki trustpoint BRANCH$/gm)).toHaveLength(2);
    expect(stdout).toContain(' subject-name CN=br-0002.example.net,O=Example\n');
    expect(stdout).toMatch(/^ntp authentication-key 1 md5 <redacted>$/m);
    expect(stdout).not.toContain(LOGIN);
    expect(wire.touched()).toBe(0);
  });

  it('render --out writes one file a device, with the same lines as are printed', async () => {
    await using wire = await setTripwire();
    const { stdout } = await startProgram(wire.dir, ['render', '--limit', 'br-0001']).done;
    const { exit } = await startProgram(wire.dir, ['render', '--out', 'rendered']).done;
    expect(exit).toBe(0);
    expect((await readdir(path.join(wire.dir, 'rendered'))).toSorted()).toEqual([
      'br-0001.txt',
      'br-0002.txt',
    ]);
    const text = await readFile(path.join(wire.dir, 'rendered', 'br-0001.txt'), 'utf8');
    expect(stdout.trimEnd()).toBe(text.trimEnd());
    expect(wire.touched()).toBe(0);
  });

  it('render --json gives the lines to programs, in a file that is private', async () => {
    await using wire = await setTripwire();
    const { exit } = await startProgram(wire.dir, ['render', '--json', 'lines.json']).done;
    expect(exit).toBe(0);
    const file = path.join(wire.dir, 'lines.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const { devices } = JSON.parse(await readFile(file, 'utf8')) as {
      devices: { device: string; steps: { step: string; lines: object[] }[] }[];
    };
    expect(devices.map(({ device }) => device)).toEqual(['br-0001', 'br-0002']);
    expect(devices[0]?.steps.find(({ step }) => step === 'configure')?.lines).toContainEqual({
      mode: 'configuration',
      text: 'crypto pki trustpoint BRANCH',
      instead: [],
      questions: [],
    });
  });

  it('init writes an inventory once; check names each place to fill in', async () => {
    await using wire = await setTripwire(() => undefined);
    const init = await startProgram(wire.dir, ['init']).done;
    expect(init.exit).toBe(0);
    const written = await readFile(path.join(wire.dir, 'inventory.yaml'), 'utf8');
    expect(written).toContain('devices:');

    const check = await startProgram(wire.dir, ['check']).done;
    expect(check.exit).toBe(3);
    expect(check.stderr).toMatch(/^inventory\.yaml:\d+:\d+ authorities\.ca\.fingerprint: /m);

    const again = await startProgram(wire.dir, ['init']).done;
    expect(again.exit).toBe(3);
    expect(await readFile(path.join(wire.dir, 'inventory.yaml'), 'utf8')).toBe(written);
  });
});
