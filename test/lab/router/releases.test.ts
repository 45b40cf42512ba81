import { describe, expect, it } from 'vitest';

import { RELEASES, type Release } from '../../../src/lab/router/personality.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import type { EnrollmentRequest } from '../../../src/scep/index.ts';
import { connect, NETOPS, Typist } from './typist.ts';
import { startRouter, TinyCa, until } from './world.ts';

/** OIDs as they stand in a message, in hex. */
const CIPHERS = { DES: '06052b0e030207', '3DES': '06082a864886f70d0307' };
const INVALID = "% Invalid input detected at '^' marker.";

async function typistOn(release: Release, ca?: TinyCa): Promise<{ router: VirtualRouter; typist: Typist }> {
  const word = release === '12.2' ? 'ca' : 'pki';
  const lines = ['serial-number none', 'ip-address none', 'rsakeypair TP 1024'];
  const router = await startRouter({
    release,
    ...(ca === undefined
      ? {}
      : { running: [`crypto ${word} trustpoint TP`, `enrollment url ${ca.url}`, ...lines] }),
  });
  const typist = await Typist.login(router);
  await typist.line('terminal length 0');
  await typist.line('terminal width 0');
  return { router, typist };
}

/** Accepts the CA and sends a request; what was printed on the way. */
async function enroll(typist: Typist, word: 'pki' | 'ca' = 'pki'): Promise<string> {
  await typist.line('configure terminal');
  typist.type(`crypto ${word} authenticate TP\r`);
  let said = await typist.until(/accept this certificate\? \[yes\/no\]: $/);
  await typist.line('yes');
  typist.type(`crypto ${word} enroll TP\r`);
  said += await typist.until(/Password: $/);
  typist.type('\r');
  said += await typist.until(/Re-enter password: $/);
  typist.type('\r');
  said += await typist.until(/Request certificate from CA\? \[yes\/no\]: $/);
  typist.type('yes\r');
  said += await typist.until(/\(config\)#$/);
  await typist.line('end');
  return said.replaceAll('\r\n', '\n');
}

async function granted(router: VirtualRouter): Promise<void> {
  await until(() => router.state.trustpoints[0]?.status === 'Granted');
}

describe('a release', () => {
  it.each(RELEASES)('%s names itself and the lab in show version', async (release) => {
    const { router, typist } = await typistOn(release);
    await using _ = router;
    const [major = '', minor = ''] = release.split('.');
    const said = await typist.line('show version');
    expect(said).toMatch(new RegExp(`Version 0?${major}\\.0?${minor}[(.]`));
    expect(said).toContain('virtual router of the trustfleet lab');
    expect(said).toContain('67109104');
  });

  it.each([
    ['12.2', 'md5', 'DES', 1],
    ['12.4', 'md5', 'DES', 1],
    ['15.2', 'md5', '3DES', 3],
    ['15.7', 'sha1', '3DES', 3],
    ['16.9', 'sha1', '3DES', 3],
    ['17.9', 'sha256', '3DES', 3],
    ['17.16', 'sha256', '3DES', 3],
  ] as const)(
    '%s asks with %s, cipher %s and a version %i signer',
    async (release, hash, cipher, version) => {
      const signers: EnrollmentRequest['signer'][] = [];
      await using ca = await TinyCa.start({
        decide: (request, tiny) => {
          signers.push(request.signer);
          return tiny.grant(request);
        },
      });
      const { router, typist } = await typistOn(release, ca);
      await using _ = router;
      await enroll(typist, release === '12.2' ? 'ca' : 'pki');
      await granted(router);
      expect(signers.map((signer) => ({ version: signer.version, hash: signer.signature.digest }))).toEqual([
        { version, hash },
      ]);
      const sent = ca.seen.find(({ url }) => url.includes('PKIOperation'));
      const message = decodeURIComponent(/message=(.*)$/.exec(sent?.url ?? '')?.[1] ?? '');
      expect(Buffer.from(message, 'base64').toString('hex')).toContain(CIPHERS[cipher]);
    },
  );

  it.each([
    ['12.4', ['diffie-hellman-group1-sha1', 'ssh-rsa', 'aes128-cbc', 'hmac-sha1']],
    ['15.2', ['diffie-hellman-group14-sha1', 'ssh-rsa', 'aes128-ctr', 'hmac-sha1']],
    ['16.9', ['diffie-hellman-group14-sha1', 'ssh-rsa', 'aes128-ctr', 'hmac-sha2-256']],
  ] as const)('%s offers SSH as old as itself unless told otherwise', async (release, names) => {
    await using router = await VirtualRouter.start({
      hostname: 'R15',
      release,
      users: [{ name: NETOPS.username, password: NETOPS.password, privilege: 15 }],
      clock: { start: 'system', authoritative: true },
    });
    const [kex, serverHostKey, cipher, hmac] = names;
    const algorithms = { kex: [kex], serverHostKey: [serverHostKey], cipher: [cipher], hmac: [hmac] };
    await using typist = await Typist.login(router, { algorithms });
    expect(await typist.line('show privilege')).toContain('15');
    await expect(connect(router)).rejects.toThrow(/no matching/i);
  });
});

describe('12.2', () => {
  it('knows and prints crypto ca only, shows one MD5 and logs as CRYPTO', async () => {
    await using ca = await TinyCa.start();
    const { router, typist } = await typistOn('12.2', ca);
    await using _ = router;
    const said = await enroll(typist, 'ca');
    await granted(router);
    expect(said).toMatch(/\nFingerprint: (?:[0-9A-F]{8} ){4}\n% Do you accept/);
    expect(said).toContain('% The subject name in the certificate will be: R15.example.net\n');
    expect(said).toContain("% The 'show crypto ca certificate' command will also show the fingerprint.\n");
    expect(await typist.line('show crypto pki certificates')).toContain(INVALID);
    expect(router.state.running).toContain('\ncrypto ca trustpoint TP\n');
    expect(router.state.running).not.toMatch(/pki|revocation-check/);
    const log = router.state.log.join('\n');
    expect(log).toMatch(/\n Fingerprint: (?:[0-9A-F]{8} ){4}/);
    expect(log).toMatch(/\n00:00:0\d: %CRYPTO-6-CERTRET: /);
    const listing = await typist.line('show crypto ca certificates');
    expect(listing).toContain('  Certificate Serial Number: 02\n');
    expect(listing).toContain('    OID.1.2.840.113549.1.9.2 = R15.example.net\n');
    expect(listing).toContain('    renew date: 00:00:00 UTC Jan 1 1970\n');
    expect(listing).toContain('    CN = Tiny CA\n');
  });
});

describe('a trustpoint of 12.2', () => {
  it('takes the CRL words of its time, and crypto ca identity as another word for itself', async () => {
    const { router, typist } = await typistOn('12.2');
    await using _ = router;
    await typist.lines('conf t', 'crypto ca identity OLD', 'query url ldap://192.0.2.7', 'crl best-effort');
    expect(await typist.line('revocation-check crl none')).toContain(INVALID);
    await typist.line('end');
    expect(router.state.running).toContain(
      '\ncrypto ca trustpoint OLD\n crl query ldap://192.0.2.7\n crl best-effort\n',
    );
    await typist.lines('conf t', 'crypto ca trustpoint OLD', 'no crl best-effort', 'crl optional');
    expect(router.state.running).toContain(' crl query ldap://192.0.2.7\n crl optional\n!');
  });

  it('shows its configuration whole or by line: there is no section', async () => {
    const { router, typist } = await typistOn('12.2');
    await using _ = router;
    expect(await typist.line('show running-config | section crypto')).toContain(INVALID);
    expect(await typist.line('show running-config | include ^hostname')).toContain('hostname R15');
  });

  it('names a key pair without a word before the name, and always asks for its size', async () => {
    const { router, typist } = await typistOn('12.2');
    await using _ = router;
    await typist.line('conf t');
    expect(await typist.line('crypto key generate rsa general-keys label K modulus 1024')).toContain(INVALID);
    expect(await typist.line('crypto key generate rsa general-keys label K')).toContain(INVALID);
    expect(router.state.keys).toEqual([]);
    typist.type('crypto key generate rsa general-keys K\r');
    await typist.until(/How many bits in the modulus \[512\]: $/);
    expect(await typist.line('1024')).toContain('% Generating 1024 bit RSA keys ...[OK]');
    expect(router.state.keys.map(({ label }) => label)).toEqual(['K']);
  });
});

describe('12.4', () => {
  it('shows both fingerprints, and has neither a hash line nor the status of trustpoints', async () => {
    await using ca = await TinyCa.start();
    const { router, typist } = await typistOn('12.4', ca);
    await using _ = router;
    const said = await enroll(typist);
    await granted(router);
    expect(said).toMatch(/ {7}Fingerprint MD5: .*\n {6}Fingerprint SHA1: /);
    expect(said).toContain(
      "% The 'show crypto pki certificate verbose TP' command will show the fingerprint.\n",
    );
    expect(await typist.line('show crypto pki trustpoints TP status')).toContain(INVALID);
    expect(await typist.line('show crypto pki certificates')).toContain('  Certificate Serial Number: 02\n');
    await typist.lines('conf t', 'crypto pki trustpoint TP');
    expect(await typist.line('hash sha256')).toContain(INVALID);
    await typist.lines('exit', 'clock timezone PST -8', 'clock timezone AST -3 30');
    expect(router.state.running).toContain('\nclock timezone AST -3 30\n');
    await typist.lines('clock timezone PST -8');
    expect(router.state.running).toContain('\nclock timezone PST -8\n');
  });

  it('makes keys on one line and lists them without type', async () => {
    const { router, typist } = await typistOn('12.4');
    await using _ = router;
    await typist.line('conf t');
    expect(await typist.line('crypto key generate rsa label K modulus 1024')).toContain(
      '\n% Generating 1024 bit RSA keys ...[OK]\n',
    );
    expect(await typist.line('crypto key generate rsa label K modulus 4096')).toContain(INVALID);
    const listing = await typist.line('do show crypto key mypubkey rsa');
    expect(listing).toMatch(/Key name: K\n Usage: General Purpose Key\n/);
  });
});

describe('16.9', () => {
  it('logs as classic IOS does and asks with plain extensions', async () => {
    await using ca = await TinyCa.start();
    const { router, typist } = await typistOn('16.9', ca);
    await using _ = router;
    await enroll(typist);
    await granted(router);
    const log = router.state.log.join('\n');
    expect(log).toContain('%PKI-6-CERTRET: ');
    expect(log).not.toMatch(/CERT_INSTALL|CERT_ENROLL_MANUAL/);
    expect(ca.requests[0]?.csr.extensions.length).toBe(2);
  });
});

describe('17.16', () => {
  it('refuses keys below 2048 bits, and warns below 3072 behind the prompt', async () => {
    const { router, typist } = await typistOn('17.16');
    await using _ = router;
    await typist.line('conf t');
    expect(await typist.line('crypto key generate rsa label K modulus 1024')).toContain(INVALID);
    typist.type('crypto key generate rsa label K modulus 2048\r');
    await typist.until(/\(config\)#SECURITY WARNING - Module: SSH, .* 3072 bits\r\n$/);
    const log = router.state.log.join('\n');
    expect(log).toContain('%CRYPTO_ENGINE-5-KEY_ADDITION: A key named K has been generated or imported');
  });

  it('shows the size of a key beside its type, and logs new trustpoints', async () => {
    const { router, typist } = await typistOn('17.16');
    await using _ = router;
    await typist.lines('conf t', 'crypto pki trustpoint NEW', 'exit');
    typist.type('crypto key generate rsa label K modulus 3072\r');
    await typist.until(/\[OK\][\s\S]*#$/);
    expect(await typist.line('do show crypto key mypubkey rsa')).toContain(
      'Key type: RSA KEYS      1024 bits\n',
    );
    expect(router.state.log.join('\n')).toContain(
      '%PKI-6-TRUSTPOINT_CREATE: Trustpoint: NEW created succesfully',
    );
  });
});
