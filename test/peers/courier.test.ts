import { mkdir, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DirectoryCourier } from '../../src/courier/directory.ts';
import type { Errand } from '../../src/courier/errand.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { parsePem } from '../../src/pki/pem.ts';
import { readRequest } from '../../src/pki/request.ts';
import { Folder } from './folder.ts';
import { openssl } from './openssl.ts';

const SIGNAL = new AbortController().signal;
/** openssl dates its own certificate by the machine's clock: a later run's clock is that one, set on. */
const MONDAY = new Date();
const TUESDAY = new Date(MONDAY.getTime() + 24 * 3_600_000);
/** `20261124000000Z`, as openssl takes it. */
const midnight = (day: Date): string => `${day.toISOString().slice(0, 10).replaceAll('-', '')}000000Z`;
const YEAR_MS = 365 * 24 * 3_600_000;

/** An offline CA: `openssl ca` with its own key, database and serial numbers. */
class OfflineCa {
  readonly folder: Folder;

  private constructor(folder: Folder) {
    this.folder = folder;
  }

  static async make(): Promise<OfflineCa> {
    const folder = await Folder.make();
    await Promise.all(['out', 'in', 'issued'].map((name) => mkdir(folder.at(name))));
    await folder.write('index.txt', '');
    await folder.write('serial', '1001\n');
    await folder.write('ca.cnf', config(folder.path));
    const files = ['-keyout', folder.at('ca.key'), '-out', folder.at('ca.crt')];
    const how = ['-config', folder.at('ca.cnf'), '-extensions', 'v3_ca', '-days', '36500', '-nodes'];
    await openssl('req', '-x509', '-newkey', 'rsa:2048', '-subj', '/CN=Offline CA', ...how, ...files);
    return new OfflineCa(folder);
  }

  /** What its operator does on a day: signs all that lies in the folder. */
  async signAll(day: Date, name = (request: string): string => `${request}.pem`): Promise<void> {
    for (const request of await readdir(this.folder.at('out'))) {
      const files = ['-in', this.folder.at(`out/${request}`), '-out', this.folder.at(`in/${name(request)}`)];
      const when = ['-startdate', midnight(day), '-enddate', midnight(new Date(day.getTime() + YEAR_MS))];
      await openssl('ca', '-batch', '-config', this.folder.at('ca.cnf'), ...when, ...files);
    }
  }

  async errand(device: string, keyArguments: readonly string[]): Promise<Errand> {
    const file = this.folder.at(`${device}.csr`);
    const how = ['-config', this.folder.at('ca.cnf'), '-nodes', '-keyout', this.folder.at(`${device}.key`)];
    await openssl('req', '-new', ...keyArguments, '-subj', `/CN=${device}`, ...how, '-out', file);
    const [der = new Uint8Array()] = parsePem((await this.folder.read('ca.crt')).toString());
    const ca = decodeCertificate(der);
    return {
      device,
      trustpoint: 'BRANCH',
      request: readRequest(await this.folder.read(`${device}.csr`)),
      pins: ca.fingerprints,
      authorities: [ca],
    };
  }

  courier(now: Date): DirectoryCourier {
    return new DirectoryCourier({
      requests: this.folder.at('out'),
      answers: this.folder.at('in'),
      now: () => now,
      pollMs: 50,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}

const RSA = ['-newkey', 'rsa:2048'];
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'];

describe('an offline CA that is openssl in a folder', () => {
  it('answers a day later, to a run that finds its certificates', async () => {
    await using ca = await OfflineCa.make();
    const errands = [await ca.errand('br-1', RSA), await ca.errand('br-2', EC)];
    const monday = ca.courier(MONDAY);
    for (const errand of errands) {
      expect(await monday.deliver(errand, SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
    }
    expect(await readdir(ca.folder.at('out'))).toEqual(['br-1.BRANCH.req', 'br-2.BRANCH.req']);

    // Names say nothing: the operator numbers what comes out.
    let number = 0;
    await ca.signAll(TUESDAY, () => {
      number += 1;
      return `${number}.txt`;
    });

    const tuesday = ca.courier(TUESDAY);
    for (const errand of errands) {
      const delivery = await tuesday.deliver(errand, SIGNAL);
      const answer = delivery.kind === 'answered' ? delivery.answer : undefined;
      expect(answer?.certificate.subject).toEqual([{ type: 'cn', value: errand.device }]);
      expect(answer?.certificate.publicKey).toEqual(errand.request.publicKey);
      expect(answer?.chain.map(({ der }) => der)).toEqual(errand.authorities.map(({ der }) => der));
      await tuesday.settle(errand);
    }
    expect(await readdir(ca.folder.at('out'))).toEqual([]);
  });

  it('answers while the run waits', async () => {
    await using ca = await OfflineCa.make();
    const errand = await ca.errand('br-1', RSA);
    const courier = ca.courier(TUESDAY);
    await courier.deliver(errand, SIGNAL);
    const waiting = courier.wait(errand, SIGNAL);
    await ca.signAll(TUESDAY);
    expect((await waiting).from).toBe('br-1.BRANCH.req.pem');
  });

  it('is not believed when it is another CA than the pinned one', async () => {
    await using ca = await OfflineCa.make();
    await using other = await OfflineCa.make();
    const errand = { ...(await ca.errand('br-1', RSA)) };
    const { pins, authorities } = await other.errand('br-1', RSA);
    const courier = ca.courier(TUESDAY);
    await courier.deliver(errand, SIGNAL);
    await ca.signAll(TUESDAY);
    const delivered = ca.courier(TUESDAY).deliver({ ...errand, pins, authorities }, SIGNAL);
    await expect(delivered).rejects.toMatchObject({ code: 'chain-broken' });
  });
});

describe('a request that openssl made', () => {
  it.each([
    ['RSA', 'md5', RSA, 'md5WithRSAEncryption'],
    ['RSA', 'sha1', RSA, 'sha1WithRSAEncryption'],
    ['RSA', 'sha512', RSA, 'sha512WithRSAEncryption'],
    ['EC', 'sha1', EC, 'ecdsa-with-SHA1'],
    ['EC', 'sha384', EC, 'ecdsa-with-SHA384'],
  ])('with %s and %s is verified', async (_, hash, key, signatureAlgorithm) => {
    await using ca = await OfflineCa.make();
    const { request } = await ca.errand('br-1', [...key, `-${hash}`]);
    expect(request).toMatchObject({ signatureAlgorithm, subject: [{ type: 'cn', value: 'br-1' }] });
  });
});

function config(folder: string): string {
  return `[ca]
default_ca = offline
[offline]
database = ${folder}/index.txt
serial = ${folder}/serial
new_certs_dir = ${folder}/issued
certificate = ${folder}/ca.crt
private_key = ${folder}/ca.key
default_md = sha256
policy = any
x509_extensions = router
unique_subject = no
[any]
commonName = supplied
[router]
basicConstraints = CA:FALSE
keyUsage = digitalSignature, keyEncipherment
[req]
distinguished_name = name
[name]
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
`;
}
