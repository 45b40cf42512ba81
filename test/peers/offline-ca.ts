import { mkdir, readdir } from 'node:fs/promises';
import { DirectoryCourier } from '../../src/courier/directory.ts';
import type { Errand } from '../../src/courier/errand.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import { parsePem } from '../../src/pki/pem.ts';
import { readRequest } from '../../src/pki/request.ts';
import { Folder } from './folder.ts';
import { openssl } from './openssl.ts';

/** openssl dates its own certificate by the machine's clock: a later run's clock is that one, set on. */
export const MONDAY = new Date();
export const TUESDAY = new Date(MONDAY.getTime() + 24 * 3_600_000);
/** `20261124000000Z`, as openssl takes it. */
const midnight = (day: Date): string => `${day.toISOString().slice(0, 10).replaceAll('-', '')}000000Z`;
const YEAR_MS = 365 * 24 * 3_600_000;

/** An offline CA: `openssl ca` with its own key, database and serial numbers. */
export class OfflineCa {
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
organizationalUnitName = optional
organizationName = optional
unstructuredName = optional
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
