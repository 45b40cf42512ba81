import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  legacyAmong,
  offeredAlgorithms,
  offerGroupExchangeToCisco,
} from '../../src/dialogue/ssh-algorithms.ts';

const { COMPAT_CHECKS } = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as {
  COMPAT_CHECKS: [string | RegExp, number][];
};

describe('the algorithms on offer', () => {
  const lists = (set: 'modern' | 'legacy'): string[] =>
    Object.values(offeredAlgorithms(set, [])).flat().map(String);

  it('hold nothing with SHA-1, CBC or 1024-bit groups unless legacy is asked for', () => {
    expect(lists('modern').filter((name) => /sha1|cbc|group1-|^ssh-rsa$|md5/.test(name))).toEqual([]);
    expect(lists('legacy')).toEqual(
      expect.arrayContaining(['diffie-hellman-group1-sha1', 'ssh-rsa', '3des-cbc']),
    );
    expect(legacyAmong(lists('legacy'))).toEqual(
      lists('legacy').filter((name) => !lists('modern').includes(name)),
    );
  });

  it('put the key exchanges that cost seconds last', () => {
    const { kex } = offeredAlgorithms('legacy', []);
    expect(Array.isArray(kex) ? kex.slice(-2) : []).toEqual([
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group-exchange-sha1',
    ]);
  });

  it('begin with the host key types a host is known by', () => {
    const { serverHostKey } = offeredAlgorithms('legacy', ['ssh-rsa']);
    expect(Array.isArray(serverHostKey) ? serverHostKey.slice(0, 3) : []).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-rsa',
    ]);
  });

  it('hold group exchange for routers too, with the bound on the group’s size kept', () => {
    offerGroupExchangeToCisco();
    offerGroupExchangeToCisco();
    expect(COMPAT_CHECKS.map(([ident]) => String(ident))).not.toContain('Cisco-1.25');
    expect(COMPAT_CHECKS.map(([ident]) => String(ident))).toContain('/^Cisco-1[.]/');
  });
});
