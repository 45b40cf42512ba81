import { describe, expect, it, vi } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { parseCertificationRequest, subjectAltNameOf } from '../../src/scep/index.ts';
import { Folder } from './folder.ts';
import { Front } from './front.ts';
import { challengeFor, startCa } from './lab-ca.ts';
import {
  certificatePem,
  makeKey,
  publicKeyOfCertificate,
  publicKeyOfKey,
  verifyCertificate,
} from './openssl.ts';
import { Program, succeed } from './program.ts';

/** pki POSTs its requests, sends a RenewalReq for a renewal and a CertPoll while a request is pending. */
describe.each(['generic', 'ndes'] as const)(
  "strongSwan's pki against the CA of the lab, profile %s",
  (profile) => {
    it('gets the certificates of the CA with pki --scepca', async () => {
      await using peer = await Peer.start(profile);
      const { ca, ra } = peer.lab.authority;
      expect(await peer.text('ca.pem')).toBe(certificatePem(ca.certificate));
      if (ra === undefined) return;
      expect(await peer.text('ra.pem')).toBe(certificatePem(ra.encryption.certificate));
      expect(await peer.text('ra-2.pem')).toBe(certificatePem(ra.signing.certificate));
    });

    it('enrolls with pki --scep', async () => {
      await using peer = await Peer.start(profile);
      const challenge = await challengeFor(peer.lab);
      const key = await makeKey(peer.folder, 'router.key');
      await peer.enroll('router.key', 'router.pem', [
        '--password',
        challenge,
        '--san',
        'br-0001.example.net',
      ]);

      await verifyCertificate(peer.folder.at('router.pem'), peer.folder.at('ca.pem'));
      expect(await publicKeyOfCertificate(peer.folder.at('router.pem'))).toBe(await publicKeyOfKey(key));
      const [issued] = peer.lab.authority.issued;
      expect(peer.lab.authority.issued).toHaveLength(1);
      expect(issued).toMatchObject({ challenge, renewal: false });
      expect(await peer.text('router.pem')).toBe(certificatePem(issued?.der ?? new Uint8Array()));
      const asked = parseCertificationRequest(issued?.request ?? new Uint8Array());
      expect(subjectAltNameOf(asked.extensions)).toMatchObject({ dns: ['br-0001.example.net'] });
    });

    it('is told why a wrong challenge is refused', async () => {
      await using peer = await Peer.start(profile);
      await makeKey(peer.folder, 'router.key');
      await using pki = await peer.scep('router.key', ['--password', 'wrong']);
      const { code, stderr, stdout } = await pki.ended;
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        profile === 'ndes' ? 'failInfo:     badMessageCheck' : 'failInfo:     badRequest',
      );
      expect(stdout).toHaveLength(0);
      expect(peer.lab.authority.issued).toEqual([]);
    });

    it('waits while a request is pending and gets its certificate once it is granted', async () => {
      await using peer = await Peer.start(profile);
      peer.lab.policy.grant = 'manual';
      const challenge = await challengeFor(peer.lab);
      await makeKey(peer.folder, 'router.key');
      const polling = ['--password', challenge, '--interval', '1', '--maxpolltime', '30'];
      await using pki = await peer.scep('router.key', polling);
      const operations = () => peer.lab.requests.filter((name) => name === 'PKIOperation').length;
      // The request, and a poll that was told to wait as well.
      await vi.waitUntil(() => operations() === 2, { timeout: 20_000 });
      expect(peer.lab.authority.issued).toEqual([]);
      peer.lab.policy.grant = 'automatic';

      const { code, stdout, stderr } = await pki.ended;
      expect({ code, stderr }).toMatchObject({ code: 0 });
      await peer.folder.write('router.pem', stdout);
      await verifyCertificate(peer.folder.at('router.pem'), peer.folder.at('ca.pem'));
      expect(peer.lab.authority.issued).toHaveLength(1);
      expect(operations()).toBe(3);
    });

    it('renews with a new key, signed by the old certificate and without a challenge', async () => {
      await using peer = await Peer.start(profile);
      await makeKey(peer.folder, 'old.key');
      await peer.enroll('old.key', 'old.pem', ['--password', await challengeFor(peer.lab)]);
      const key = await makeKey(peer.folder, 'new.key');
      const old = ['--cert', peer.folder.at('old.pem'), '--key', peer.folder.at('old.key')];
      await peer.enroll('new.key', 'new.pem', old);

      await verifyCertificate(peer.folder.at('new.pem'), peer.folder.at('ca.pem'));
      expect(await publicKeyOfCertificate(peer.folder.at('new.pem'))).toBe(await publicKeyOfKey(key));
      expect(peer.lab.authority.issued.map(({ renewal }) => renewal)).toEqual([false, true]);
      expect(peer.lab.authority.issued[1]?.challenge).toBeUndefined();
    });
  },
);

/** pki with the CA of the lab, whose certificates it has got already. */
class Peer implements AsyncDisposable {
  readonly lab: LabCa;
  readonly folder: Folder;
  readonly #url: string;
  readonly #front: Front;

  private constructor(lab: LabCa, folder: Folder, front: Front) {
    this.lab = lab;
    this.folder = folder;
    this.#front = front;
    this.#url = front.origin + new URL(lab.enrollmentUrl).pathname;
  }

  static async start(profile: 'ndes' | 'generic'): Promise<Peer> {
    const lab = await startCa(profile);
    const front = await Front.start(new URL(lab.enrollmentUrl).origin, { answer: withAes });
    const peer = new Peer(lab, await Folder.make(), front);
    const files = ['--caout', peer.folder.at('ca.pem'), '--raout', peer.folder.at('ra.pem')];
    await succeed('pki', ['--scepca', '--url', peer.#url, ...files, '--outform', 'pem']);
    return peer;
  }

  scep(key: string, more: readonly string[]): Promise<Program> {
    const files = ['--in', this.folder.at(key), ...this.#authorities()];
    const request = ['--dn', 'CN=br-0001, O=Example', '--cipher', 'des3', '--outform', 'pem'];
    return Program.start('pki', ['--scep', '--url', this.#url, ...files, ...request, ...more]);
  }

  async enroll(key: string, certificate: string, more: readonly string[]): Promise<void> {
    await using pki = await this.scep(key, more);
    const { code, stdout, stderr } = await pki.ended;
    if (code !== 0) throw new Error(`pki --scep ended with ${String(code)}: ${stderr}`);
    await this.folder.write(certificate, stdout);
  }

  async text(file: string): Promise<string> {
    return (await this.folder.read(file)).toString();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#front[Symbol.asyncDispose]();
    await this.lab.close();
    await this.folder[Symbol.asyncDispose]();
  }

  #authorities(): readonly string[] {
    const [encryption, signature] =
      this.lab.profile === 'ndes' ? ['ra.pem', 'ra-2.pem'] : ['ca.pem', 'ca.pem'];
    const files = ['--cacert-enc', this.folder.at(encryption), '--cacert-sig', this.folder.at(signature)];
    return this.lab.profile === 'ndes' ? [...files, '--cacert', this.folder.at('ca.pem')] : files;
  }
}

/** pki 5.9.8 confuses the capabilities it knows: it uses triple DES only where AES stands as well, and always POSTs. */
function withAes({ rawQuery }: { readonly rawQuery: string }, body: Buffer): Buffer {
  return rawQuery.startsWith('operation=GetCACaps') ? Buffer.from(`AES\n${body.toString()}`) : body;
}
