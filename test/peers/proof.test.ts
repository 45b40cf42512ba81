import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/report/proof/make-proof.ts';
import { writeProof } from '../../src/report/proof/proof-files.ts';
import { OPENSSL } from '../../src/report/proof/readme.ts';
import type { SealAlgorithm } from '../../src/report/proof/seal.ts';
import { at } from '../report/a-run.ts';
import { aProof, ROUTER, sealKeyOf } from '../report/proof/a-proof.ts';
import { Folder } from './folder.ts';
import { run } from './program.ts';

const KEYS: Readonly<Record<SealAlgorithm, () => KeyObject>> = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
  ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ed25519: () => generateKeyPairSync('ed25519').privateKey,
};

describe('a proof, as its README says it is checked by hand', () => {
  it.each(Object.keys(KEYS) as SealAlgorithm[])(
    'openssl verifies the signature of an %s key, and refuses an altered manifest',
    async (algorithm) => {
      await using folder = await Folder.make();
      const key = sealKeyOf(KEYS[algorithm]());
      await writeProof(folder.at('proof.tar'), await aProof({ key }), at(0));
      const shell = (command: string) => run('sh', ['-c', `cd "$0" && ${command}`, folder.path]);

      expect((await shell('tar -xf proof.tar && cd proof && cat README.txt')).stdout.toString()).toContain(
        OPENSSL[algorithm],
      );
      const verified = await shell(`cd proof && ${OPENSSL[algorithm]}`);
      expect([verified.code, verified.stdout.toString()]).toEqual([
        0,
        expect.stringMatching(/Verified (?:OK|Successfully)/i),
      ]);

      const fingerprint = await shell(
        'cd proof && openssl pkey -pubin -in public.pem -outform DER | sha256sum',
      );
      expect(fingerprint.stdout.toString().slice(0, 64).toUpperCase()).toBe(key.fingerprint);
      const certificate = await shell(
        `cd proof && openssl x509 -inform DER -in certificates/${sha256(ROUTER.der)}.der -noout -serial`,
      );
      expect(certificate.stdout.toString()).toContain('serial=1A2B');
      const chained = await shell(
        "cd proof && sed -n 1p entries.jsonl | tr -d '\\n' | sha256sum && sed -n 2p entries.jsonl",
      );
      const [hash = '', second = ''] = chained.stdout.toString().split('\n');
      expect(second).toContain(`"previous":"${hash.slice(0, 64).toUpperCase()}"`);

      const altered = await shell(
        `cd proof && sed -i s/failed/nailed/ manifest.json && ${OPENSSL[algorithm]}`,
      );
      expect(altered.code).not.toBe(0);
    },
  );
});
