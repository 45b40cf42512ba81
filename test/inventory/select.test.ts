import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher } from '../../src/inventory/glob.ts';
import { type Selection, selectDevices } from '../../src/inventory/select.ts';
import { HEAD, parse } from './inventories.ts';

const FLEET = parse(`${HEAD}groups: { emea: {}, us: {}, spare: {} }
devices:
  "br-000[1-3]": { host: "br-000[1-3]", groups: [emea], tags: [pilot] }
  br-0010: { host: br-0010, groups: [us] }
  dc-1: { host: dc-1, groups: [us, emea], tags: [core, pilot] }
`);

const names = (selection: Selection): readonly string[] =>
  selectDevices(FLEET, selection).map(({ name }) => name);

describe('selectDevices', () => {
  it.each<[Selection, readonly string[]]>([
    [{}, ['br-0001', 'br-0002', 'br-0003', 'br-0010', 'dc-1']],
    [{ limit: 'all' }, ['br-0001', 'br-0002', 'br-0003', 'br-0010', 'dc-1']],
    [{ limit: 'dc-1,br-0002' }, ['br-0002', 'dc-1']],
    [{ limit: 'br-00*,!br-0002' }, ['br-0001', 'br-0003', 'br-0010']],
    [{ limit: '!br-0002' }, ['br-0001', 'br-0003', 'br-0010', 'dc-1']],
    [{ limit: '!us, br-*' }, ['br-0001', 'br-0002', 'br-0003']],
    [{ limit: 'br-000[1-2]' }, ['br-0001', 'br-0002']],
    [{ limit: 'br-00?0' }, ['br-0010']],
    [{ limit: 'emea' }, ['br-0001', 'br-0002', 'br-0003', 'dc-1']],
    [{ limit: 'em*,&us' }, ['dc-1']],
    [{ groups: ['us'] }, ['br-0010', 'dc-1']],
    [{ groups: ['us', 'emea'], tags: ['core'] }, ['dc-1']],
    [{ tags: ['pilot'], limit: 'br-*' }, ['br-0001', 'br-0002', 'br-0003']],
    [{ groups: [], tags: [] }, ['br-0001', 'br-0002', 'br-0003', 'br-0010', 'dc-1']],
  ])('%j', (selection, expected) => {
    expect(names(selection)).toEqual(expected);
  });

  it.each<[Selection, string]>([
    [
      { limit: 'br-0011' },
      '--limit: no device and no group matches br-0011 (did you mean br-0001 or br-0010 or br-0002?)',
    ],
    [{ limit: 'br-*,!dc-2' }, '--limit: no device and no group matches dc-2 (did you mean dc-1?)'],
    [
      { limit: 'xyz-*' },
      '--limit: no device and no group matches xyz-* (devices: br-0001, br-0002, br-0003 and 2 more)',
    ],
    [{ limit: ' , ' }, '--limit: is empty'],
    [{ groups: ['emae'] }, '--group: no device has the group emae (did you mean emea?)'],
    [{ groups: ['spare'] }, '--group: no device has the group spare (known: emea, us)'],
    [{ tags: ['pilto'] }, '--tag: no device has the tag pilto (did you mean pilot?)'],
    [
      { limit: 'br-0001', tags: ['core'] },
      'nothing is left of the selection (--limit, --group and --tag must',
    ],
    [{ limit: 'all,!all' }, 'nothing is left of the selection'],
  ])('refuses %j', (selection, sentence) => {
    expect(() => names(selection)).toThrow(`${FLEET.file} ${sentence}`);
  });

  it('says that an inventory is empty', () => {
    expect(() => selectDevices(parse('devices: {}'), {})).toThrow('the inventory holds no device');
  });

  it('takes away exactly what the pattern behind ! names, in the order of the inventory', () => {
    const pattern = fc.constantFrom('br-*', 'dc-1', 'emea', 'us', '*-00?[0-2]', 'br-0003');
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 3 }), pattern, (added, taken) => {
        const only = (limit: string): readonly string[] => names({ limit });
        const union = only(added.join(','));
        const gone = new Set(only(taken));
        const expected = union.filter((name) => !gone.has(name));
        if (expected.length === 0) return;
        expect(only([...added, `!${taken}`].join(','))).toEqual(expected);
        expect(only([`!${taken}`, ...added].join(','))).toEqual(expected);
      }),
    );
  });
});

describe('globMatcher', () => {
  it('takes a name without wildcards for itself, whatever signs it holds', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(!/[*?[]/.test(name));
        expect(globMatcher(name)(name)).toBe(true);
        expect(globMatcher(name)(`${name}x`)).toBe(false);
      }),
    );
  });

  it('matches a name of which any part became a star', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (start, middle, end) => {
        fc.pre(!/[*?[]/.test(start + end));
        expect(globMatcher(`${start}*${end}`)(start + middle + end)).toBe(true);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', ']', '!', '-', '^', '\\', 'z', 'a', '*', '?')), (parts) => {
        expect(typeof globMatcher(parts.join(''))('a')).toBe('boolean');
      }),
    );
  });

  it.each([
    ['[!0-3]', '4', true],
    ['[!0-3]', '2', false],
    ['[z-a]', 'm', false],
    ['a[b', 'a[b', true],
    ['[]x]', ']', true],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(globMatcher(pattern)(name)).toBe(expected);
  });
});
