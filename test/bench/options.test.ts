import { describe, expect, it } from 'vitest';
import { helpOf, optionsOf } from '../../bench/options.ts';

const RACES = ['reads', 'render'];
const of = (...argv: readonly string[]): ReturnType<typeof optionsOf> => optionsOf(argv, RACES, 'whole.md');

describe('the options of npm run bench', () => {
  it('run everything three times and write the page, unless told otherwise', () => {
    expect(of()).toEqual({
      chosen: RACES,
      page: 'whole.md',
      installs: true,
      helps: false,
      settings: { quick: false, rounds: 3, routers: 500, ansibleRouters: 25 },
    });
  });

  it.each([
    ['some races', ['--only', 'render']],
    ['small ones', ['--quick']],
  ])('leave the page as it is after %s, unless one is named', (_, argv) => {
    expect(of(...argv).page).toBeUndefined();
    expect(of(...argv, '--page', 'other.md').page).toBe('other.md');
  });

  it('take figures over those of --quick', () => {
    const { settings, installs } = of('--quick', '--rounds', '2', '--no-install');
    expect(settings).toEqual({ quick: true, rounds: 2, routers: 20, ansibleRouters: 2 });
    expect(installs).toBe(false);
  });

  it('refuse a race that nobody runs, and name those that there are', () => {
    expect(() => of('--only', 'render,chess')).toThrow('no race is named chess; there are reads, render');
  });

  it.each(['0', '-1', '2.5', 'many', ''])('refuse %j rounds', (text) => {
    expect(() => of(`--rounds=${text}`)).toThrow(/^--rounds is a whole number from 1/);
  });

  it('refuse an option that there is not', () => {
    expect(() => of('--fast')).toThrow(/--fast/);
  });

  it('are all in the help, with the races', () => {
    const help = helpOf([{ name: 'reads', about: 'log in, read, log out' }]);
    expect(help).toContain('  reads    log in, read, log out');
    for (const option of [
      'only',
      'quick',
      'rounds',
      'routers',
      'ansible-routers',
      'page',
      'no-install',
      'help',
    ])
      expect(help).toContain(`  --${option} `);
  });
});
