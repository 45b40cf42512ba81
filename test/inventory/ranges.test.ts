import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandRanges } from '../../src/inventory/ranges.ts';
import { HEAD, parse } from './inventories.ts';

const names = (pattern: string): readonly string[] | string => {
  const expanded = expandRanges(pattern);
  return 'names' in expanded ? expanded.names : expanded.problem;
};

describe('expandRanges', () => {
  it.each([
    ['br-[1-3]', ['br-1', 'br-2', 'br-3']],
    ['br-[08-11]', ['br-08', 'br-09', 'br-10', 'br-11']],
    ['br-[1:9:4]', ['br-1', 'br-5', 'br-9']],
    ['br-[1-9:4]', ['br-1', 'br-5', 'br-9']],
    ['[a-c]x', ['ax', 'bx', 'cx']],
    ['[A:C]', ['A', 'B', 'C']],
    ['r[1-2]-[a-b]', ['r1-a', 'r1-b', 'r2-a', 'r2-b']],
    ['plain', ['plain']],
    ['[7-7]', ['7']],
  ])('%s', (pattern, expected) => {
    expect(names(pattern)).toEqual(expected);
  });

  it.each([
    ['br-[3-1]', '[3-1] runs backward'],
    ['br-[01-100]', '[01-100]: with leading zeros both ends need the same length'],
    ['br-[1-a]', '[1-a] begins with a number and ends with a letter'],
    ['br-[a-3]', '[a-3] must run between two letters of the same case'],
    ['br-[a-F]', '[a-F] must run between two letters of the same case'],
    ['br-[x]', '[x] is no range: expected such as [01-20], [1:9:2] or [a-f]'],
    ['br-[1-5:0]', '[1-5:0] has a step of 0'],
    ['br-[1-3', 'holds a bracket without its partner'],
    ['br-1]', 'holds a bracket without its partner'],
    ['br-[1-999999999]', 'stands for more than 100000 names'],
    ['br-[1-1000]-[1-1000]', 'stands for more than 100000 names'],
    ['br-[1-99999999999999999999]', 'stands for more than 100000 names'],
  ])('refuses %s', (pattern, problem) => {
    expect(names(pattern)).toBe(problem);
  });

  it('counts as arithmetic says, without a name twice', () => {
    const range = fc.record({
      start: fc.nat(500),
      size: fc.integer({ min: 1, max: 40 }),
      step: fc.integer({ min: 1, max: 9 }),
      width: fc.constantFrom(0, 4),
    });
    fc.assert(
      fc.property(
        fc.array(range, { minLength: 1, maxLength: 2 }),
        fc.constantFrom('-', ':'),
        (parts, sign) => {
          const written = parts.map(({ start, size, step, width }) => {
            const end = start + (size - 1) * step;
            return `[${String(start).padStart(width, '0')}${sign}${String(end).padStart(width, '0')}:${step}]`;
          });
          const found = names(`x${written.join('.')}y`);
          expect(found).toHaveLength(parts.reduce((product, { size }) => product * size, 1));
          expect(new Set(found).size).toBe(found.length);
          const [first] = parts;
          expect(found[0]).toMatch(new RegExp(`^x0*${first?.start}(?:\\.|y)`));
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', ']', '-', ':', '0', '1', '9', 'a', 'Z')), (parts) => {
        expect(['string', 'object']).toContain(typeof names(parts.join('')));
      }),
    );
  });
});

describe('ranges of devices', () => {
  it('run beside the ranges of their hosts', () => {
    const { devices } = parse(`${HEAD}devices:
  br-[01-03]:
    host: 192.0.2.[11-13]
  ed-[a-b]-[1-2]: { host: "[a-b][1-2].example.net", port: 2222 }
`);
    expect(devices.map(({ name, host, port, fqdn }) => `${name} ${host} ${port} ${fqdn}`)).toEqual([
      'br-01 192.0.2.11 22 br-01.example.net',
      'br-02 192.0.2.12 22 br-02.example.net',
      'br-03 192.0.2.13 22 br-03.example.net',
      'ed-a-1 a1.example.net 2222 ed-a-1.example.net',
      'ed-a-2 a2.example.net 2222 ed-a-2.example.net',
      'ed-b-1 b1.example.net 2222 ed-b-1.example.net',
      'ed-b-2 b2.example.net 2222 ed-b-2.example.net',
    ]);
  });

  it('leave an IPv6 host alone, in brackets or not', () => {
    const { devices } = parse(`${HEAD}devices:
  a: { host: "2001:db8::1" }
  b: { host: "[2001:db8::2]" }
`);
    expect(devices.map(({ host }) => host)).toEqual(['2001:db8::1', '2001:db8::2']);
  });

  it('find an address that a range makes wrong', () => {
    expect(() => parse(`${HEAD}devices: { "r[1-2]": { host: "192.0.2.[255-256]" } }`)).toThrow(
      'inventory.yaml:8:30 devices["r[1-2]"].host: is no IPv4 address',
    );
  });
});
