import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Command } from '../../../../src/lab/router/commands/command.ts';
import { expandSyntax, fitsType } from '../../../../src/lab/router/commands/syntax.ts';
import { buildTree, completeWord, helpFor, parseLine } from '../../../../src/lab/router/commands/tree.ts';

function command(syntax: string, more: Partial<Command> = {}): Command {
  return { syntax, help: `help of ${syntax}`, run: () => undefined, ...more };
}

const TREE = buildTree([
  command('show clock [detail]'),
  command('show crypto {pki|ca} certificates [<name:WORD>] [verbose]'),
  command('clear logging', { level: 15 }),
  command('terminal length <lines:0-512>', { no: 'terminal length' }),
  command('banner motd <text:LINE>'),
]);

describe('a syntax text', () => {
  it('expands options and alternatives', () => {
    const flat = expandSyntax('a {b|c <n:1-2>} [d [e]]').map((elements) =>
      elements.map((element) => (element.kind === 'word' ? element.word : `<${element.name}>`)).join(' '),
    );
    expect(flat).toEqual(['a b', 'a b d', 'a b d e', 'a c <n>', 'a c <n> d', 'a c <n> d e']);
  });

  it.each([
    ['1-100', '100', true],
    ['1-100', '101', false],
    ['-23-23', '-5', true],
    ['-23-23', '+1', true],
    ['A.B.C.D', '192.0.2.1', true],
    ['A.B.C.D', '192.0.2.256', false],
    ['hh:mm:ss', '16:01:00', true],
    ['hh:mm:ss', '16:01', false],
    ['MONTH', 'sept', true],
    ['MONTH', 'se', false],
    ['HEX', '0aF', true],
    ['HEX', 'xyz', false],
  ])('type %s and %j: %s', (type, token, fits) => {
    expect(fitsType(type, token)).toBe(fits);
  });
});

describe('a typed line', () => {
  it('is resolved from unique prefixes', () => {
    expect(parseLine(TREE, ' sh   cr pk cert TP verb ', 1)).toMatchObject({
      kind: 'command',
      words: ['show', 'crypto', 'pki', 'certificates', 'verbose'],
      args: { name: 'TP' },
      text: 'show crypto pki certificates TP verbose',
    });
  });

  it.each([
    ['show c', { kind: 'ambiguous' }],
    ['show', { kind: 'incomplete' }],
    ['terminal length', { kind: 'incomplete' }],
    ['terminal length 513', { kind: 'invalid', at: 16 }],
    ['show clocks', { kind: 'invalid', at: 10 }],
    ['show clock detail more', { kind: 'invalid', at: 18 }],
    ['clear logging', { kind: 'invalid', at: 0 }],
    ['no terminal length', { kind: 'command', negated: true }],
  ])('%j is %o', (line, result) => {
    expect(parseLine(TREE, line, 1)).toMatchObject(result);
  });

  it('sees privileged words from level 15 on', () => {
    expect(parseLine(TREE, 'clear logging', 15).kind).toBe('command');
  });

  it('gives the rest of the line to a LINE, blanks and case kept', () => {
    expect(parseLine(TREE, 'banner motd #Keep  OUT# ', 1)).toMatchObject({ args: { text: '#Keep  OUT#' } });
  });

  it('never throws, and any prefix of a unique word still means it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), (line) => {
        expect(['command', 'incomplete', 'ambiguous', 'invalid']).toContain(parseLine(TREE, line, 15).kind);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 2, max: 5 }), (first, second) => {
        const line = `${'terminal'.slice(0, first)} ${'length'.slice(0, second)} 7`;
        expect(parseLine(TREE, line, 1)).toMatchObject({ text: 'terminal length 7' });
      }),
    );
  });
});

describe('help and completion', () => {
  it('lists what may follow, with help for each', () => {
    expect(helpFor(TREE, 'show ', 1)).toEqual([
      '  clock   help of show clock [detail]',
      '  crypto  help of show crypto {pki|ca} certificates [<name:WORD>] [verbose]',
    ]);
    expect(helpFor(TREE, 'show cl', 1)).toEqual(['clock']);
    expect(helpFor(TREE, 'terminal length ', 1)[0]).toMatch(/^ {2}<0-512> /);
    expect(helpFor(TREE, 'nothing ', 1)).toEqual(['% Unrecognized command']);
  });

  it('completes a unique prefix and leaves others alone', () => {
    expect(completeWord(TREE, 'show cl', 1)).toBe('show clock ');
    expect(completeWord(TREE, 'show c', 1)).toBe('show c');
  });
});
