import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONSENTS } from '../../src/domain/consent.ts';
import { ERRORS } from '../../src/domain/errors.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { ROUTER_LINES } from '../../src/ios/router-lines/table.ts';
import { anInventory, ENV } from './an-inventory.ts';
import { aFolder, fakeIo, trustfleet } from './fake-io.ts';

const inFolder = (cwd: string, env: Record<string, string> = ENV) => fakeIo({ cwd, env });

describe('init', () => {
  it('writes an inventory that only has to be filled in', async () => {
    const cwd = aFolder();

    const { code, out } = await trustfleet(['init'], inFolder(cwd));
    const text = readFileSync(path.join(cwd, 'inventory.yaml'), 'utf8');

    expect(code).toBe(0);
    expect(out).toContain('trustfleet check');
    expect(() => parseInventory('inventory.yaml', text)).toThrow('<name of a router>');
  });

  it('does not overwrite one, unless forced', async () => {
    const cwd = aFolder();
    const file = path.join(cwd, 'inventory.yaml');
    writeFileSync(file, 'mine');

    const refused = await trustfleet(['init'], inFolder(cwd));
    expect([refused.code, readFileSync(file, 'utf8')]).toEqual([3, 'mine']);
    expect(refused.err).toContain('exists already (--force overwrites it, --inventory names another)');

    expect((await trustfleet(['init', '--force'], inFolder(cwd))).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toBe('mine');
  });

  it('says when the folder does not exist', async () => {
    const { code, err } = await trustfleet(['init', '--inventory', 'no/inventory.yaml'], inFolder(aFolder()));
    expect(code).toBe(3);
    expect(err).toContain('cannot be written (ENOENT)');
  });
});

describe('check', () => {
  it('passes an inventory that is right', async () => {
    const { code, out, err } = await trustfleet(['check'], inFolder(anInventory()));

    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^✓ .*inventory\.yaml: 3 devices, 1 trustpoint, 1 CA, no problem found\n$/);
  });

  it('lists every problem with its place', async () => {
    const cwd = anInventory((text) =>
      text.replace('size: 2048', 'size: 12').replace('host: 192', 'hsot: 192').replace('SHA1:00', 'SHA1:'),
    );

    const { code, out, err } = await trustfleet(['check'], inFolder(cwd));

    expect([code, out]).toEqual([3, '']);
    const problems = err.trimEnd().split('\n');
    expect(problems.length).toBeGreaterThanOrEqual(4);
    expect(problems.at(-1)).toBe(`${problems.length - 1} problems; nothing was done`);
    for (const problem of problems.slice(0, -1)) expect(problem).toMatch(/inventory\.yaml:\d+:\d+ \S+: /);
  });

  it('finds a secret that is not set, without its value', async () => {
    const { code, err } = await trustfleet(['check'], inFolder(anInventory(), { LANG: 'C.UTF-8' }));
    expect(code).toBe(3);
    expect(err).toContain('TRUSTFLEET_PASSWORD is not set');
  });

  it('tells one fault of a template once, not for each device', async () => {
    const cwd = anInventory((text) => text.replace('CN={{fqdn}}', 'CN={{vars.site}}'));

    const { code, err } = await trustfleet(['check'], inFolder(cwd));

    expect(code).toBe(3);
    expect(err.match(/site/g)?.length).toBeLessThanOrEqual(2);
  });

  it('warns of a subject that X.509 has no room for, where it stands in the inventory', async () => {
    const label = 'b'.repeat(60);
    const cwd = anInventory((text) =>
      text
        .replace('br-[1-3]:', `${label}[1-3]:`)
        .replace('O=Example', `O=${'x'.repeat(65)},OU=${'x'.repeat(64)}`),
    );
    const place = 'inventory\\.yaml:14:14 trustpoints\\.BRANCH\\.subject: ';
    for (const command of ['check', 'render']) {
      const { code, err } = await trustfleet([command], inFolder(cwd));
      expect(code).toBe(0);
      expect(err).toMatch(
        new RegExp(`${place}CN has more than the 64 characters .*: ${label}1, ${label}2, ${label}3`),
      );
      expect(err).toMatch(new RegExp(`${place}O has more than the 64 characters`));
      expect(err).not.toContain('OU has');
    }
  });

  it('refuses names that DNS has no room for', async () => {
    const cwd = anInventory((text) => text.replace('br-[1-3]:', `${'b'.repeat(63)}[1-3]:`));
    const { code, err } = await trustfleet(['check'], inFolder(cwd));
    expect([code, err.includes('more than 63 characters between two dots')]).toEqual([3, true]);
  });

  it('blames a subject that cannot be typed on the inventory and not on a template', async () => {
    const cwd = anInventory((text) =>
      text.replace('subject: "CN={{fqdn}},O=Example"', `subject: 'CN={{fqdn}},OU=Bran"ches'`),
    );
    const { code, err } = await trustfleet(['check'], inFolder(cwd));
    expect(code).toBe(3);
    expect(err).toMatch(
      /inventory\.yaml:14:14 devices\.br-1\.trustpoints\.BRANCH\.subject: .*quotation mark/m,
    );
    expect(err).not.toContain('.hbs');
    expect(err).toContain('1 problem;');
  });

  it('shows warnings and passes', async () => {
    const cwd = anInventory((text) => text.replace('    trustpoints: [BRANCH]\n', ''));

    const { code, out, err } = await trustfleet(['check'], inFolder(cwd));

    expect(code).toBe(0);
    expect(err).toMatch(/^warning: .*no trustpoints/m);
    expect(out).toContain('1 warning');
  });
});

describe('render', () => {
  it('prints each device with its lines, commands, questions and answers', async () => {
    const { code, out, err } = await trustfleet(['render', '--limit', 'br-2'], inFolder(anInventory()));

    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toBe('! br-2 (192.0.2.12 port 22)');
    expect(lines).toContain('crypto pki trustpoint BRANCH');
    expect(lines).toContain(' subject-name CN=br-2.example.net,O=Example');
    expect(lines).toContain('crypto pki authenticate BRANCH');
    expect(lines).toContain('! asked:  % Do you accept this certificate? [yes/no]:');
    expect(
      lines.filter((line) =>
        line.startsWith('! answer: yes (if the fingerprint shown is the pinned one, SHA1 00112233 '),
      ),
    ).toHaveLength(1);
    expect(out).not.toContain('br-1');
  });

  it('needs no secret', async () => {
    expect((await trustfleet(['render'], inFolder(anInventory(), {}))).code).toBe(0);
  });

  it('writes one file per device', async () => {
    const cwd = anInventory();

    const { code, out, err } = await trustfleet(['render', '--out', 'rendered'], inFolder(cwd));

    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/^3 files written into /);
    expect(readdirSync(path.join(cwd, 'rendered'))).toEqual(['br-1.txt', 'br-2.txt', 'br-3.txt']);
    expect(readFileSync(path.join(cwd, 'rendered/br-3.txt'), 'utf8')).toContain('CN=br-3.example.net');
  });

  it('prints JSON', async () => {
    const { code, out } = await trustfleet(['render', '--json', '--group', 'all'], inFolder(anInventory()));
    expect(code).toBe(3);
    expect(out).toBe('');

    const all = await trustfleet(['render', '--json'], inFolder(anInventory()));
    const document = JSON.parse(all.out) as {
      schema: number;
      devices: { device: string; steps: { step: string; lines: unknown[] }[] }[];
    };
    expect(document.schema).toBe(2);
    expect(document.devices.map(({ device }) => device)).toEqual(['br-1', 'br-2', 'br-3']);
    const save = document.devices[0]?.steps.find(({ step }) => step === 'save');
    expect(save?.lines.at(-1)).toEqual({
      mode: 'exec',
      text: 'show startup-config | section crypto pki',
      instead: ['show startup-config'],
      questions: [],
    });
  });

  it('writes JSON into a private file, and says before anything else when it cannot', async () => {
    const cwd = anInventory();
    await trustfleet(['render', '--json', 'lines.json'], inFolder(cwd));
    expect(statSync(path.join(cwd, 'lines.json')).mode & 0o777).toBe(0o600);

    const { code, err } = await trustfleet(['render', '--json', 'no/lines.json'], inFolder(aFolder()));
    expect(code).toBe(3);
    expect(err).toContain('--json: there is no folder');
  });

  it('refuses a limit that matches nothing', async () => {
    const { code, out, err } = await trustfleet(['render', '--limit', 'br-9'], inFolder(anInventory()));
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('no device and no group matches br-9');
  });
});

describe('explain', () => {
  it('explains an error, a check and an exit code', async () => {
    const error = await trustfleet(['explain', 'login-refused']);
    expect(error.code).toBe(0);
    expect(error.out).toContain(`login-refused: ${ERRORS['login-refused'].title}\n\nWhy:\n  - `);
    expect((await trustfleet(['explain', 'ca-pinned'])).out).toMatch(/^ca-pinned: a check of verify: /);
    expect((await trustfleet(['explain', '130'])).out).toBe('exit code 130: stopped by Ctrl-C or a signal\n');
  });

  it('names every switch that allows what a plan will not touch', async () => {
    const { out } = await trustfleet(['explain', 'plan-conflict']);
    const switches = Object.keys(CONSENTS).map((consent) => `--${consent} <device>`);
    expect(switches.filter((each) => !out.replace(/\s+/g, ' ').includes(each))).toEqual([]);
    expect(out).toContain('used by another trustpoint');
  });

  it.each([
    ['vrf-missing', 'vrf-missing'],
    ['% VRF MGMT not configured', 'vrf-missing'],
    ['CERTREJECT', 'CERTREJECT'],
    ['%PKI-6-CERTREJECT: Certificate enrollment request was rejected', 'CERTREJECT'],
    ['PKI-3-SOCKETSEND', 'SOCKETSEND'],
    ['%PKI-3-QUERY_KEY: x', 'PKI'],
    ['PKI-3-QUERY_KEY', 'PKI'],
    ['% Whatever this is', 'unknown-refusal'],
  ] as const)('explains what a router says: %s', async (text, code) => {
    const { code: exit, out } = await trustfleet(['explain', text]);
    const { examples, cause, remedy } = ROUTER_LINES[code];
    expect([exit, out.replace(/\s+/g, ' ')]).toEqual([
      0,
      `${code}: the router says “${examples[0]}” Why: - ${cause} What to do: → ${remedy} `.replace(
        /\s+/g,
        ' ',
      ),
    ]);
  });

  it.each([
    ['Fingerprint-Mismatch', 'fingerprint-mismatch: '],
    ['CA-Pinned', 'ca-pinned: '],
    ['certreject', 'CERTREJECT: '],
  ])('knows %s, however its letters are written', async (typed, beginning) => {
    const { code, out } = await trustfleet(['explain', typed]);
    expect([code, out.slice(0, beginning.length)]).toEqual([0, beginning]);
  });

  it('suggests the code that was likely meant', async () => {
    const { code, err } = await trustfleet(['explain', 'fingerprint-missmatch']);
    expect(code).toBe(3);
    expect(err).toContain('is no code (did you mean fingerprint-mismatch?)');
  });

  it('lists every code', async () => {
    const { out } = await trustfleet(['explain']);
    for (const code of Object.keys(ROUTER_LINES)) expect(out).toMatch(new RegExp(`^  ${code} `, 'm'));
    for (const code of Object.keys(ERRORS)) expect(out).toMatch(new RegExp(`^  ${code} `, 'm'));
  });

  it.each(['nonsense', 'toString', '__proto__', '7'])('refuses %s', async (code) => {
    const ended = await trustfleet(['explain', code]);
    expect([ended.code, ended.out]).toEqual([3, '']);
  });
});

it('leaves no state behind offline', async () => {
  const cwd = anInventory();
  for (const command of ['check', 'render', 'explain']) await trustfleet([command], inFolder(cwd));
  expect(existsSync(path.join(cwd, '.trustfleet'))).toBe(false);
});
