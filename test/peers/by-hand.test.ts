import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { OneRouter } from '../enrollment/one-router.ts';
import { MONDAY, OfflineCa, TUESDAY } from './offline-ca.ts';
import {
  fingerprintOf,
  openssl,
  publicKeyOfCertificate,
  verifyCertificate,
  writeCertificates,
} from './openssl.ts';
import { DebianScepServer } from './scepserver.ts';

it('a router gets its certificate from an offline CA that is openssl in a folder, in two runs a day apart', async () => {
  await using ca = await OfflineCa.make();
  const root = ca.folder.at('ca.crt');
  await using one = await OneRouter.start({
    authority: {
      certificate: root,
      fingerprint: [
        `SHA1 ${await fingerprintOf(root, 'sha1')}`,
        `SHA256 ${await fingerprintOf(root, 'sha256')}`,
      ],
    },
    trustpoint: {
      method: {
        terminal: { submit: { directory: { requests: ca.folder.at('out'), answers: ca.folder.at('in') } } },
      },
      grant: { timeout: '0s' },
    },
    // The router's clock stays where it is: only ours is a day ahead in the second run.
    settings: { clock: { maxSkew: '2d' } },
  });
  const first = await one.enroll({ now: () => MONDAY });
  expect([first.error, first.outcome]).toEqual([undefined, 'pending']);
  const [request = ''] = await readdir(ca.folder.at('out'));
  expect(request).toBe('br-0001.BRANCH.req');
  const said = await openssl('req', '-in', ca.folder.at(`out/${request}`), '-noout', '-verify', '-subject');
  expect(said).toContain('OU = Branches');
  const key = await openssl('req', '-in', ca.folder.at(`out/${request}`), '-noout', '-pubkey');

  await ca.signAll(MONDAY, () => 'for-somebody.pem');
  const typed = one.typed.length;
  const second = await one.enroll({ now: () => TUESDAY });
  expect([second.error, second.outcome]).toEqual([undefined, 'verified']);
  expect(one.typed.slice(typed).filter((line) => line.startsWith('crypto'))).toEqual([
    'crypto pki import BRANCH certificate',
  ]);
  const held = await writeCertificates(ca.folder, 'held.pem', one.held.get('BRANCH') ?? new Uint8Array());
  expect(await publicKeyOfCertificate(held)).toBe(key);
  await verifyCertificate(held, root);
  expect(await readdir(ca.folder.at('out'))).toEqual([]);
});

it('micromdm’s scepserver takes a router’s request from trustfleet, signed with a key that is not the request’s', async () => {
  await using server = await DebianScepServer.start();
  await using front = await server.front();
  await using one = await OneRouter.start({
    authority: {
      scep: { url: `${front.origin}/scep`, ra: false },
      fingerprint: [
        `SHA1 ${await fingerprintOf(server.root, 'sha1')}`,
        `SHA256 ${await fingerprintOf(server.root, 'sha256')}`,
      ],
      challenge: { command: [process.execPath, '-p', JSON.stringify(server.challenge)] },
    },
    // The requests of 15.7 have a form that Go's library does not read.
    release: '17.9',
    trustpoint: { method: 'terminal' },
  });
  const { error, outcome } = await one.enroll();
  expect([error, outcome]).toEqual([undefined, 'verified']);
  expect(await server.issued()).toHaveLength(1);
  const held = await writeCertificates(server.folder, 'held.pem', one.held.get('BRANCH') ?? new Uint8Array());
  await verifyCertificate(held, server.root);
});
