import type { Algorithms, CipherAlgorithm, MacAlgorithm } from 'ssh2';

/** What the router's SSH server offers, and the type of its host key. */
export interface SshOffer {
  readonly algorithms: Algorithms;
  readonly hostKey: 'ecdsa' | 'rsa';
}

export type SshSuite = 'modern' | 'ios-xe-16' | 'ios-15' | 'ios-12' | 'legacy';

const SHA1_MACS: readonly MacAlgorithm[] = ['hmac-sha1', 'hmac-sha1-96'];
const COUNTER_MODE: readonly CipherAlgorithm[] = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr'];
const CBC: readonly CipherAlgorithm[] = ['aes128-cbc', '3des-cbc', 'aes192-cbc', 'aes256-cbc'];

/**
 * The SSH algorithms by generation, less group exchange and `x509v3-ssh-rsa`, which the SSH library cannot serve.
 * Where only group exchange and group 14 were seen, group 14 is left.
 */
export const SSH_SUITES: Readonly<Record<SshSuite, SshOffer>> = {
  /** 17.15 and later, less their oldest. */
  modern: {
    hostKey: 'ecdsa',
    algorithms: {
      kex: [
        'curve25519-sha256',
        'curve25519-sha256@libssh.org',
        'ecdh-sha2-nistp256',
        'ecdh-sha2-nistp384',
        'ecdh-sha2-nistp521',
        'diffie-hellman-group14-sha256',
        'diffie-hellman-group16-sha512',
      ],
      serverHostKey: ['ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'],
      cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', ...COUNTER_MODE],
      hmac: [
        'hmac-sha2-256-etm@openssh.com',
        'hmac-sha2-512-etm@openssh.com',
        'hmac-sha2-256',
        'hmac-sha2-512',
      ],
    },
  },
  /** 16.x. */
  'ios-xe-16': {
    hostKey: 'rsa',
    algorithms: {
      kex: ['diffie-hellman-group14-sha1'],
      serverHostKey: ['ssh-rsa'],
      cipher: [...COUNTER_MODE],
      hmac: ['hmac-sha2-256', 'hmac-sha2-512', ...SHA1_MACS],
    },
  },
  /** 15.0 to 15.2. */
  'ios-15': {
    hostKey: 'rsa',
    algorithms: {
      kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
      serverHostKey: ['ssh-rsa'],
      cipher: [...COUNTER_MODE, ...CBC],
      hmac: [...SHA1_MACS],
    },
  },
  /** 12.2(55)SE, taken for all of 12.x. */
  'ios-12': {
    hostKey: 'rsa',
    algorithms: {
      kex: ['diffie-hellman-group1-sha1'],
      serverHostKey: ['ssh-rsa'],
      cipher: [...CBC],
      hmac: [...SHA1_MACS, 'hmac-md5'],
    },
  },
  /** What is common to 12.x and 15.x, for clients that are told to be old. */
  legacy: {
    hostKey: 'rsa',
    algorithms: {
      kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'],
      serverHostKey: ['ssh-rsa'],
      cipher: [...CBC],
      hmac: [...SHA1_MACS],
    },
  },
};
