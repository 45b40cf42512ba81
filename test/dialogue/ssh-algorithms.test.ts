import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import {
  ALLOWANCES,
  legacyAmong,
  neededAllowance,
  offeredAlgorithms,
  offerGroupExchangeToCisco,
} from '../../src/dialogue/ssh-algorithms.ts';

const { COMPAT_CHECKS } = createRequire(import.meta.url)('ssh2/lib/protocol/constants.js') as {
  COMPAT_CHECKS: [string | RegExp, number][];
};

describe('the algorithms on offer', () => {
  const lists = (set: 'modern' | 'legacy'): string[] =>
    Object.values(offeredAlgorithms(ALLOWANCES[set], [])).flat();

  it('hold nothing with SHA-1, CBC or 1024-bit groups unless legacy is asked for', () => {
    expect(lists('modern').filter((name) => /sha1|cbc|group1-|^ssh-rsa$|md5/.test(name))).toEqual([]);
    expect(lists('legacy')).toEqual(
      expect.arrayContaining(['diffie-hellman-group1-sha1', 'ssh-rsa', '3des-cbc']),
    );
    expect(legacyAmong(lists('legacy'))).toEqual(
      lists('legacy').filter((name) => !lists('modern').includes(name)),
    );
  });

  it('put the strong before the weak, and within a tier the key exchanges that cost most last', () => {
    const { kex } = offeredAlgorithms(ALLOWANCES.legacy, []);
    expect(kex).toEqual([
      'ecdh-sha2-nistp256',
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp384',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha1',
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group1-sha1',
    ]);
  });

  it('begin with the host key types a host is known by', () => {
    const { serverHostKey } = offeredAlgorithms(ALLOWANCES.legacy, ['ssh-rsa']);
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

/** Lists as releases print them; `show ip ssh` and packet captures of public reports. */
const RELEASES = {
  '12.2(55)SE': {
    kex: ['diffie-hellman-group1-sha1'],
    hostKey: ['ssh-rsa'],
    cipher: ['aes128-cbc', '3des-cbc', 'aes192-cbc', 'aes256-cbc'],
    mac: ['hmac-sha1', 'hmac-sha1-96', 'hmac-md5'],
  },
  '15.2': {
    kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
    hostKey: ['ssh-rsa'],
    cipher: ['aes128-ctr', 'aes192-ctr', 'aes256-ctr', 'aes128-cbc', '3des-cbc'],
    mac: ['hmac-sha1', 'hmac-sha1-96'],
  },
  '16.x': {
    kex: ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group14-sha1'],
    hostKey: ['x509v3-ssh-rsa', 'ssh-rsa'],
    cipher: ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    mac: ['hmac-sha2-256', 'hmac-sha2-512', 'hmac-sha1', 'hmac-sha1-96'],
  },
  '17.16': {
    kex: ['curve25519-sha256', 'ecdh-sha2-nistp256', 'diffie-hellman-group14-sha256'],
    hostKey: ['rsa-sha2-512', 'rsa-sha2-256'],
    cipher: ['chacha20-poly1305@openssh.com', 'aes128-gcm@openssh.com', 'aes128-ctr'],
    mac: ['hmac-sha2-256-etm@openssh.com'],
  },
};

describe('what a release needs', () => {
  it.each([
    ['12.2(55)SE', { kex: 'old', hostKey: 'sha1', cipher: 'old', mac: 'sha1' }],
    ['15.2', { kex: 'sha1', hostKey: 'sha1', cipher: 'modern', mac: 'sha1' }],
    ['16.x', { kex: 'sha1', hostKey: 'sha1', cipher: 'modern', mac: 'modern' }],
    ['17.16', { kex: 'modern', hostKey: 'modern', cipher: 'modern', mac: 'modern' }],
  ] as const)('%s: list by list, and no more', (release, weakest) => {
    expect(neededAllowance(RELEASES[release], ALLOWANCES.modern)).toEqual({ ...ALLOWANCES.modern, weakest });
  });

  it('is nothing at all when a list has nothing we would ever offer', () => {
    const foreign = { ...RELEASES['16.x'], kex: ['diffie-hellman-group18-sha999'] };
    expect(neededAllowance(foreign, ALLOWANCES.modern)).toBeUndefined();
  });

  it('is no MAC where the cipher brings its own check', () => {
    const aead = { ...RELEASES['17.16'], mac: ['umac-64@openssh.com'] };
    expect(neededAllowance(aead, ALLOWANCES.modern)).toEqual(ALLOWANCES.modern);
  });
});
