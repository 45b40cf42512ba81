import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProgram } from './program.ts';
import { setTripwire } from './tripwire.ts';

interface Case {
  readonly title: string;
  /** What is wrong with the inventory; undefined: there is none. */
  readonly change?: (inventory: string) => string | undefined;
  readonly argv?: readonly string[];
  /** A template of one's own. */
  readonly template?: { readonly name: string; readonly text: string };
  /** Place and sentence, as they are printed. */
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  {
    title: 'YAML that is none',
    change: (text) => text.replace('port: ', 'port: ['),
    says: /^inventory\.yaml:\d+:\d+ not valid YAML: /m,
  },
  {
    title: 'an unknown key',
    change: (text) => text.replace('{ host:', '{ hots: x, host:'),
    says: /^inventory\.yaml:17:14 devices\.br-0001\.hots: is an unknown key \(did you mean host\?\)$/m,
  },
  {
    title: 'a device given twice',
    change: (text) => text.replace('br-0002', 'br-0001'),
    says: /^inventory\.yaml:18:3 devices\.br-0001: the key is given twice, first on line 17$/m,
  },
  {
    title: 'a group that does not exist',
    change: (text) => text.replace('[emea]', '[emae]'),
    says: /^inventory\.yaml:18:\d+ devices\.br-0002\.groups\[0\]: .*emae.*\(did you mean emea\?\)$/m,
  },
  {
    title: 'an authority that does not exist',
    change: (text) => text.replace('authority: branch-ca', 'authority: branch'),
    says: /^inventory\.yaml:14:16 trustpoints\.BRANCH\.authority: .*branch/m,
  },
  {
    title: 'a fingerprint of the wrong length',
    change: (text) => text.replace('AABBCCDDEEFF', 'AABBCCDDEE'),
    says: /^inventory\.yaml:10:18 authorities\.branch-ca\.fingerprint: .*(?:digits|characters)/m,
  },
  {
    title: 'an environment variable that is not set',
    change: (text) => text.replace('{ file: ./login }', '{ env: NOBODY_SETS_THIS }'),
    says: /^inventory\.yaml:3:\d+ defaults\.ssh\.password: .*NOBODY_SETS_THIS is not set \(export NOBODY_SETS_THIS .+\)$/m,
  },
  {
    title: 'a secret file that does not exist',
    change: (text) => text.replace('{ file: ./login }', '{ file: ./logout }'),
    says: /^inventory\.yaml:3:\d+ defaults\.ssh\.password: .*logout/m,
  },
  {
    title: 'a secret in plain text',
    change: (text) => text.replace('{ file: ./login }', 'hunter2'),
    says: /^inventory\.yaml:3:\d+ defaults\.ssh\.password: a secret is referred to, never written/m,
  },
  {
    title: 'a folder of templates that does not exist',
    change: (text) => `${text}templates: ./nowhere\n`,
    says: /^inventory\.yaml:19:12 templates: there is no folder .*nowhere \(.+\)$/m,
  },
  {
    title: 'a template that asks for a variable nobody has',
    change: (text) => `${text}templates: ./own\n`,
    template: { name: 'ntp.hbs', text: '{{#each ntp.servers}}\nntp server {{adress}}\n{{/each}}\n' },
    says: /^own\/ntp\.hbs:2:\d+ .*there is no variable .*adress.*\(did you mean .*address/m,
  },
  {
    title: 'a template that nobody uses',
    change: (text) => `${text}templates: ./own\n`,
    template: { name: 'npt.hbs', text: 'ntp server 192.0.2.1\n' },
    says: /own\/npt\.hbs.*ntp/,
  },
  {
    title: 'a subject with a variable that no device has',
    change: (text) => text.replace('O=Example', 'L={{site}}'),
    says: /^inventory\.yaml:15:14 devices\.br-0001\.trustpoints\.BRANCH\.subject: \{\{site\}\} is not set \(.+\)$/m,
  },
  {
    title: 'a selection that matches nothing',
    argv: ['--limit', 'br-0003'],
    says: /--limit.*br-0003/,
  },
  {
    title: 'a selection that nothing is left of',
    argv: ['--limit', 'br-0001', '--group', 'emea'],
    says: /^inventory\.yaml nothing is left of the selection \(--limit, --group and --tag must all agree/m,
  },
  {
    title: 'an option that does not exist',
    argv: ['--limti', 'br-0001'],
    says: /--limti.*\(did you mean --limit\?\)/is,
  },
  {
    title: 'an inventory that does not exist',
    change: () => undefined,
    says: /inventory\.yaml.*(?:not|no such)/,
  },
  {
    title: 'a result file in a folder that does not exist',
    argv: ['--json', 'nowhere/result.json'],
    says: /nowhere/,
  },
];

describe.concurrent('trustfleet enroll with wrong input ends with 3 and connects to nobody', {
  timeout: 60_000,
}, () => {
  it.each(CASES)('$title', async ({ change, argv = [], template, says }) => {
    await using wire = await setTripwire(change);
    if (template !== undefined) {
      await mkdir(path.join(wire.dir, 'own'));
      await writeFile(path.join(wire.dir, 'own', template.name), template.text);
    }

    const { exit, stdout, stderr } = await startProgram(wire.dir, ['enroll', ...argv]).done;

    expect(stderr).toMatch(says);
    expect(stdout).toBe('');
    expect(exit).toBe(3);
    expect(wire.touched()).toBe(0);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('and several mistakes are told at once', async () => {
    await using wire = await setTripwire((text) =>
      text
        .replace('[emea]', '[emae]')
        .replace('authority: branch-ca', 'authority: branch')
        .replace('timezone: UTC', 'timezone: CET'),
    );
    const { exit, stderr } = await startProgram(wire.dir, ['enroll']).done;
    expect(exit).toBe(3);
    expect(stderr.match(/^inventory\.yaml:\d+:\d+ /gm)?.length).toBeGreaterThanOrEqual(3);
  });

  it('and right input does connect', async () => {
    await using wire = await setTripwire();
    const { exit, outcomes } = await startProgram(wire.dir, ['enroll']).done;
    expect(wire.touched()).toBeGreaterThanOrEqual(2);
    expect(outcomes).toEqual({ 'br-0001': 'unreachable', 'br-0002': 'unreachable' });
    expect(exit).toBe(1);
  });
});
