import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { readCaCertificates, ScepClient } from '../../src/scep/index.ts';
import { type Change, doctor, startCa, troubles } from '../doctor/world.ts';
import { Folder } from './folder.ts';
import type { Front } from './front.ts';
import { fingerprintOf, writeCertificates } from './openssl.ts';
import { DebianScepServer } from './scepserver.ts';

let server: DebianScepServer;
let front: Front;
/** Only the shape of its inventory is used. */
let shape: LabCa;
let pin: string;
beforeAll(async () => {
  server = await DebianScepServer.start();
  front = await server.front();
  shape = await startCa('generic');
  await using folder = await Folder.make();
  const { ca } = await new ScepClient({ url: server.url }).getCaCertificates();
  pin = `SHA256:${await fingerprintOf(await writeCertificates(folder, 'ca.pem', ca), 'sha256')}`;
  expect(readCaCertificates(ca).ra).toEqual([]);
});
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await shape.close();
});

const at = (url: string, more: Change & { readonly releases?: readonly string[] } = {}) =>
  doctor(shape, { url, fingerprint: pin, ...more });

describe("the doctor at micromdm's scepserver", () => {
  it('finds that routers get nothing at the address it has, since they append to it', async () => {
    const found = await at(server.url);
    expect(found.finding('certificates')).toMatchObject({ status: 'fail' });
    expect(found.finding('certificates').remedy).toContain('/pkiclient.exe');
  });

  it('finds its certificate pinned, as openssl computes it, and that it may not sign or be encrypted to', async () => {
    const found = await at(`${front.origin}/scep`, { releases: ['17.9'] });
    expect(found.finding('pins')).toMatchObject({ status: 'pass' });
    expect(troubles(found)).toEqual({ 'ra-usage': 'warn' });
  });

  it('does not blame its answer to polls, which it does not know, on the releases', async () => {
    const found = await at(`${front.origin}/scep`, { releases: ['12.4', '17.9'] });
    expect(found.facts.control?.outcome).toEqual({ kind: 'http', status: 500 });
    expect(found.status('long-get')).toBe('pass');
    expect(found.status('algorithms')).toBe('skip skip');
  });
});
