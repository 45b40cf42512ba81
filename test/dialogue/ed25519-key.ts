import ssh2 from 'ssh2';

/** An Ed25519 key pair in OpenSSH's format. ssh2 writes about one in 400 that it cannot read again: those are made anew. */
export function ed25519Key(...lock: [] | [{ passphrase: string; cipher: string; rounds: number }]): {
  readonly private: string;
  readonly public: string;
} {
  const pair =
    lock[0] === undefined
      ? ssh2.utils.generateKeyPairSync('ed25519')
      : ssh2.utils.generateKeyPairSync('ed25519', lock[0]);
  return ssh2.utils.parseKey(pair.private, lock[0]?.passphrase) instanceof Error ? ed25519Key(...lock) : pair;
}
