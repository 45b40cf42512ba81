import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import { ENV } from './an-inventory.ts';
import { aFolder, fakeIo, trustfleet } from './fake-io.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('trustfleet', () => {
  it('prints its help and 3 without a command, and 0 when asked for it', async () => {
    const bare = await trustfleet([]);
    const asked = await trustfleet(['--help']);

    expect([bare.code, asked.code]).toEqual([3, 0]);
    expect([bare.out, bare.err]).toEqual(['', asked.out]);
    for (const { name } of COMMANDS) expect(asked.out).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await trustfleet(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
  });

  it.each([
    [['enrol'], "error: unknown command 'enrol'\n(Did you mean enroll?)"],
    [['enroll', '--limt', 'x'], "error: unknown option '--limt'\n(Did you mean --limit?)"],
    [['enroll', 'br-1'], "error: too many arguments for 'enroll'"],
    [['enroll', '--limit'], "error: option '--limit <pattern>' argument missing"],
    [['enroll', '--concurrency', '0'], 'Expected a whole number from 1.'],
    [['enroll', '--concurrency', '1e3'], 'Expected a whole number from 1.'],
    [['enroll', '--start-rate', '0'], 'Expected a number above 0'],
    [['enroll', '--start-rate', '-5'], 'Expected a number above 0'],
    [['enroll', '--progress', 'fancy'], 'Expected one of auto, plain, json, none.'],
    [['enroll', '--group', 'emea,,apac'], 'A name is empty.'],
    [['renew', '--before', '30'], 'Expected a time such as 30d'],
    [['renew', '--before', '0d'], 'Expected a time such as 30d'],
    [['renew', '--before', '120%'], 'Expected a time such as 30d'],
    [['check', '--limit', 'x'], "error: unknown option '--limit'"],
    [['render', '--out', ''], 'It is empty.'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await trustfleet(argv);

    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(message);
    expect(err).toContain('--help');
  });

  it('refuses a wrong environment variable by its name', async () => {
    const io = fakeIo({ env: { ...ENV, TRUSTFLEET_CONCURRENCY: 'many' } });

    const { code, err } = await trustfleet(['enroll'], io);

    expect(code).toBe(3);
    expect(err).toBe(
      'environment TRUSTFLEET_CONCURRENCY: Expected a whole number from 1.\n1 problem; nothing was done\n',
    );
  });

  it('takes the inventory from the environment', async () => {
    const io = fakeIo({ env: { TRUSTFLEET_INVENTORY: path.join(aFolder(), 'other.yaml') } });

    expect((await trustfleet(['check'], io)).err).toContain('other.yaml there is no such file');
  });
});

describe('help', () => {
  it.each(COMMANDS.map(({ name }) => name))('of %s keeps to the window and teaches', async (name) => {
    for (const columns of [72, 80, 120]) {
      const { code, out } = await trustfleet([name, '--help'], fakeIo({ columns }));
      const lines = out.split('\n');
      expect(code).toBe(0);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(out).toContain('Examples:\n');
      expect(out).toContain('Exit codes:\n');
    }
  });

  it('is the same by help <command>', async () => {
    expect((await trustfleet(['help', 'enroll'])).out).toBe((await trustfleet(['enroll', '--help'])).out);
  });
});

describe('the tables', () => {
  it('have no option that no command takes', () => {
    const taken = new Set<string>(COMMANDS.flatMap(({ options }) => options));
    expect(Object.keys(OPTIONS).filter((name) => !taken.has(name))).toEqual([]);
  });

  it('give examples that the parser takes', async () => {
    for (const { name, examples, options } of COMMANDS) {
      for (const [line] of examples) {
        const [program, command, ...rest] = line.split(' ');
        expect([program, command], line).toEqual(['trustfleet', name]);
        const flags = options.map((option) => OPTIONS[option].flags.split(' ')[0]);
        expect(
          rest.filter((word) => word.startsWith('--') && !flags.includes(word)),
          line,
        ).toEqual([]);
      }
    }
  });

  it('load a module with run for every command', async () => {
    for (const { load } of COMMANDS) expect((await load()).run).toBeTypeOf('function');
  });
});
