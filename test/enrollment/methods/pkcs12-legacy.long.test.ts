import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/domain/secret.ts';
import { LabTftpServer } from '../../../src/lab/tftp-server.ts';
import { readPkcs12 } from '../../../src/pki/pkcs12/read.ts';
import { OLD_PKCS12 } from '../../lab/router/pkcs12-vector.ts';
import { OneRouter } from '../one-router.ts';
import { Pkcs12Files } from './pkcs12-files.ts';

const RC2 = Buffer.from(OLD_PKCS12, 'base64');

/** A router that takes the file whose certificates OpenSSL 1 has kept in RC2: a key on P-256 below two CAs. */
async function routerFor(files: Pkcs12Files, release: '15.2' | '17.9' | '17.16', url?: string) {
  const { certificate, authorities } = await readPkcs12(RC2, Secret.acquired('vector', 'a test'));
  const [issuer = new Uint8Array()] = authorities;
  await writeFile(files.path, RC2);
  await writeFile(path.join(files.folder, 'passphrase'), 'vector\n');
  const passphrase = { file: path.join(files.folder, 'passphrase') };
  const file = path.join(files.folder, '{{name}}.p12');
  const one = await OneRouter.start({
    release,
    pins: () => [createHash('sha1').update(issuer).digest('hex')],
    trustpoint: {
      subject: undefined,
      fqdn: 'none',
      key: { type: 'ec', size: 256 },
      method: { pkcs12: { file, passphrase, ...(url === undefined ? {} : { url }) } },
    },
  });
  return { one, certificate };
}

describe('a PKCS#12 file with its certificates in RC2', () => {
  it.each(['15.2', '17.9', '17.16'] as const)(
    'is pasted, made anew for the release, on %s',
    async (release) => {
      await using files = await Pkcs12Files.open();
      const { one, certificate } = await routerFor(files, release);
      await using _ = one;
      const first = await one.enroll();
      expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
      expect(one.held.get('BRANCH')).toEqual(certificate);
      expect(one.typed.join('\n')).not.toContain('vector');
      expect((await one.enroll()).outcome).toBe('unchanged');
    },
  );

  it('is read as it is by a router that knows nothing newer', async () => {
    await using files = await Pkcs12Files.open();
    await using server = await LabTftpServer.start({ directory: files.folder });
    const url = `tftp://127.0.0.1:${server.port}/{{name}}.p12`;
    const { one, certificate } = await routerFor(files, '17.9', url);
    await using _ = one;
    const first = await one.enroll();
    expect([first.error, first.outcome]).toEqual([undefined, 'verified']);
    expect(one.held.get('BRANCH')).toEqual(certificate);
  });
});
