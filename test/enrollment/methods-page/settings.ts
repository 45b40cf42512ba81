import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../../src/domain/secret.ts';
import { LabHttpCa } from '../../../src/lab/ca/http-ca.ts';
import { LabCa, type LabCaOptions } from '../../../src/lab/ca/lab-ca.ts';
import { VirtualRouter } from '../../../src/lab/router/virtual-router.ts';
import { LabTftpServer } from '../../../src/lab/tftp-server.ts';
import { formatPem } from '../../../src/pki/pem.ts';
import { makePkcs12 } from '../../../src/pki/pkcs12/make.ts';
import { PaperCa } from '../../lab/router/paper-ca.ts';
import { DIGITAL_SIGNATURE, issue, KEY_ENCIPHERMENT } from '../../pki/make-certificate.ts';
import { freeUdpPort } from '../free-udp-port.ts';
import { Clerk } from './clerk.ts';
import { NAME, type Setting } from './stage.ts';

const CHALLENGE = 'one-challenge';
const LOCALHOST = '127.0.0.1';
const DAY_MS = 86_400_000;

/** What each example of the page needs around it, by its name. */
export const SETTINGS: Readonly<Record<string, (dir: string) => Promise<Setting>>> = {
  async scep() {
    const singlePassword = 'ABCDEF0123456789ABCDEF0123456789';
    const ca = await LabCa.start({ profile: 'ndes', singlePassword });
    return { ...atCa(ca, 'ndes.example.net:80'), secrets: { SCEP_CHALLENGE: singlePassword } };
  },

  async 'Two keys, two certificates'() {
    const ca = await aCa({ challenge: CHALLENGE });
    return { ...atCa(ca, 'ca.example.net:80'), secrets: { SCEP_CHALLENGE: CHALLENGE } };
  },

  async 'Another table, interface or address'() {
    const ca = await aCa();
    const router = {
      running: [
        'vrf definition MGMT',
        'rd 65000:1',
        'address-family ipv4',
        'exit-address-family',
        'address-family ipv6',
        'exit-address-family',
      ],
      interfaces: [{ name: 'Loopback0', address: '192.0.2.11' }],
    };
    return { ...atCa(ca, '2001:db8::1:80'), router };
  },

  'A router as CA 1': aHub,
  'A router as CA 2': aHub,

  async 'CAs below CAs'() {
    const ca = await aCa({ tiers: 2, sendsChain: false });
    const [root] = ca.parents;
    if (root === undefined) throw new Error('there is no root');
    return {
      pins: { issuing: ca.authority.pins, root: root.authority.pins },
      ports: { 'issuing.example.net:80': ca.port, 'root.example.net:80': root.port },
      issued: () => issuedBy(ca),
      close: [ca],
    };
  },

  async 'A connector with a CA certificate of its own'() {
    const ca = await LabCa.start({ profile: 'generic', connector: true, dailyZone: 'Europe/Paris' });
    const { pins } = ca.authority;
    return {
      pins: { connector: sha1Of(ca.connector?.certificate ?? new Uint8Array()), issuing: pins },
      issuer: pins,
      ports: { 'pki.example.net:80': ca.port },
      files: {
        'scep-challenge.txt': ca.daily?.value ?? '',
        'issuing.pem': formatPem(ca.authority.ca.certificate),
      },
      issued: () => issuedBy(ca),
      close: [ca],
    };
  },

  'Renewal by the router itself': async () => atCa(await aCa(), 'ca.example.net:80'),

  terminal: (dir) => aDesk(dir, 'ca-desk/out', 'ca-desk/in'),

  async "In a router's place"() {
    const ca = await aCa({ challenge: CHALLENGE });
    // Here trustfleet asks in the router's place.
    const urls = { 'branch-ca': ca.enrollmentUrl };
    return { ...atCa(ca), urls, secrets: { SCEP_CHALLENGE: CHALLENGE } };
  },

  async 'tftp 1'(dir) {
    const port = await freeUdpPort();
    return {
      ...(await aDesk(dir, 'ca-desk', 'ca-desk')),
      method: { listen: LOCALHOST, port },
      ports: { '192.0.2.9:69': port },
    };
  },

  async 'tftp 2'(dir) {
    const directory = path.join(dir, 'srv-tftp');
    await mkdir(directory);
    const server = await LabTftpServer.start({ directory, overwritesOnly: true });
    const desk = await aDesk(dir, 'ca-desk', 'ca-desk');
    return {
      ...desk,
      method: { directory },
      ports: { '192.0.2.9:69': server.port },
      close: [...desk.close, server],
    };
  },

  async profile() {
    const secret = 'one-reference';
    const ca = await LabHttpCa.start({ fields: { authcode: 'aaaa-bbbb-cccc', reference_number: secret } });
    return {
      pins: { 'web-ca': ca.authority.pins },
      ports: { 'entrust.example.net:81': ca.port },
      secrets: { REFERENCE_NUMBER: secret },
      issued: () => ca.authority.issued.map(({ der }) => der),
      close: [ca],
    };
  },

  async pkcs12() {
    const { authority, certificate, file } = await aPkcs12File();
    return {
      pins: { 'offline-ca': sha1Of(authority) },
      files: { [`p12/${NAME}.p12`]: file },
      secrets: { P12_PASSPHRASE: CHALLENGE },
      issued: () => [certificate],
      close: [],
    };
  },

  async 'Read from a URL'() {
    const port = await freeUdpPort();
    const { authority, certificate, file } = await aPkcs12File();
    return {
      pins: { 'offline-ca': sha1Of(authority) },
      files: { [`p12/${NAME}.p12`]: file },
      secrets: { P12_PASSPHRASE: CHALLENGE },
      method: { listen: LOCALHOST, port },
      ports: { '192.0.2.9:69': port },
      issued: () => [certificate],
      close: [],
    };
  },

  selfsigned: () => Promise.resolve({ pins: {}, issued: () => [], close: [] }),

  async 'ca-only'() {
    const [root, filter] = [await aCa(), new PaperCa()];
    return {
      pins: { root: root.authority.pins, 'web-filter': sha1Of(filter.certificate) },
      ports: { 'root.example.net:80': root.port },
      files: { 'web-filter-ca.pem': filter.pem },
      issued: () => [],
      close: [root],
    };
  },

  async keys(dir) {
    const ca = await aCa();
    const { clerk, pins, files } = await aDesk(dir, 'ca-desk', 'ca-desk', {
      authority: 'offline-ca',
      certificate: 'ca.pem',
    });
    return {
      pins: { 'branch-ca': ca.authority.pins, ...pins },
      ports: { 'ca.example.net:80': ca.port },
      files,
      issued: () => [...issuedBy(ca), ...clerk.issued],
      close: [ca, clerk],
    };
  },
};

function aCa(more: Partial<LabCaOptions> = {}): Promise<LabCa> {
  return LabCa.start({ profile: 'generic', ...more });
}

/** The one CA of an example, at an address of the page. */
function atCa(ca: LabCa, address?: string): Setting {
  return {
    pins: { 'branch-ca': ca.authority.pins },
    ports: address === undefined ? {} : { [address]: ca.port },
    issued: () => issuedBy(ca),
    close: [ca],
  };
}

function issuedBy(ca: LabCa): readonly Uint8Array[] {
  return ca.authority.issued.map(({ der }) => der);
}

function sha1Of(der: Uint8Array): string {
  return `SHA1:${createHash('sha1').update(der).digest('hex')}`;
}

async function aDesk(
  dir: string,
  requests: string,
  answers: string,
  { authority = 'offline', certificate = 'offline-ca.pem' } = {},
) {
  const clerk = await Clerk.start(path.join(dir, requests), path.join(dir, answers));
  return {
    clerk,
    pins: { [authority]: sha1Of(clerk.ca.certificate) },
    files: { [certificate]: clerk.ca.pem },
    issued: () => clerk.issued,
    close: [clerk],
  };
}

async function aHub(): Promise<Setting> {
  const hub = await VirtualRouter.start({
    hostname: 'hub-1',
    domain: 'example.net',
    release: '17.9',
    users: [{ name: 'netops', password: 'one-login', privilege: 15 }],
    clock: { start: 'system', authoritative: true },
    enrollDelayMs: 5,
    minuteMs: 200,
    certificateServer: {
      name: 'CS',
      lines: ['issuer-name cn=Hub CA,o=Example', 'hash sha256'],
      keyBits: 2048,
    },
  });
  const server = hub.certificateServer('CS');
  return {
    pins: { hub: sha1Of(server.caCertificate ?? new Uint8Array()) },
    ports: { '192.0.2.1:80': Number(new URL(hub.serverUrl).port) },
    hub,
    issued: () => server.requests.all.flatMap(({ certificate }) => certificate ?? []),
    close: [],
  };
}

async function aPkcs12File() {
  const life = {
    notBefore: new Date(Date.now() - 20 * DAY_MS),
    notAfter: new Date(Date.now() + 100 * DAY_MS),
  };
  const authority = issue({ subject: ['O=Example', 'CN=Offline CA'], ca: true, ...life });
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { der } = issue({
    ...life,
    subject: ['OU=Branches', `CN=${NAME}.example.net`],
    issuer: authority,
    keys,
    usage: [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT],
  });
  const passphrase = Secret.acquired(CHALLENGE, 'a test');
  const contents = { key: keys.privateKey, certificate: der, authorities: [authority.der] };
  const file = makePkcs12(contents, { passphrase, encryption: 'modern' });
  return { authority: authority.der, certificate: der, file };
}
