import { describe, expect, it } from 'vitest';
import { NDES_RULES, OneTimePasswords } from '../../../src/lab/ca/one-time-passwords.ts';

function cacheAt(start = 0): { cache: OneTimePasswords; readonly advance: (milliseconds: number) => void } {
  let time = start;
  return {
    cache: new OneTimePasswords(NDES_RULES, () => new Date(time)),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}

function mint(cache: OneTimePasswords): string {
  const password = cache.mint();
  if (password === undefined) throw new Error('the cache is full');
  return password;
}

describe('the lab’s password cache', () => {
  it('mints sixteen upper-case hex digits', () => {
    expect(mint(cacheAt().cache)).toMatch(/^[0-9A-F]{16}$/);
  });

  it('is full after five unused passwords', () => {
    const { cache } = cacheAt();
    for (let count = 0; count < 5; count += 1) mint(cache);
    expect(cache.mint()).toBeUndefined();
  });

  it('has room again once a password was used, which opens the door once', () => {
    const { cache } = cacheAt();
    const passwords = Array.from({ length: 5 }, () => mint(cache));
    expect(cache.redeem(passwords[2] ?? '', 'A')).toBe(true);
    expect(cache.redeem(passwords[2] ?? '', 'B')).toBe(false);
    expect(cache.mint()).toBeDefined();
  });

  it('lets one transaction knock twice with its password', () => {
    const { cache } = cacheAt();
    const password = mint(cache);
    expect([cache.redeem(password, 'A'), cache.redeem(password, 'A')]).toEqual([true, true]);
  });

  it('forgets a password after an hour', () => {
    const { cache, advance } = cacheAt();
    const password = mint(cache);
    advance(60 * 60_000);
    expect(cache.redeem(password, 'A')).toBe(false);
    expect(cache.outstanding).toBe(0);
  });
});
