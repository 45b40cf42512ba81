import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { aFolder } from './fake-io.ts';

export const PASSWORD = 'correct-horse-battery';

/** A folder with an inventory that loads: three routers, one trustpoint, the login's password in the environment. */
export function anInventory(change: (text: string) => string = (text) => text): string {
  const folder = aFolder();
  writeFileSync(path.join(folder, 'inventory.yaml'), change(TEXT));
  return folder;
}

export const ENV = { LANG: 'C.UTF-8', TRUSTFLEET_PASSWORD: PASSWORD };

const TEXT = `defaults:
  domain: example.net
  ssh: { username: netops, password: { env: TRUSTFLEET_PASSWORD }, knownHosts: ./known_hosts }
  clock: { timezone: UTC, ntp: [192.0.2.1] }
authorities:
  branch-ca:
    scep: { url: "http://ca.example.net/certsrv/mscep/mscep.dll", ra: true }
    fingerprint: "SHA1:00112233445566778899AABBCCDDEEFF00112233"
    challenge: none
trustpoints:
  BRANCH:
    authority: branch-ca
    key: { type: rsa, size: 2048 }
    subject: "CN={{fqdn}},O=Example"
    revocationCheck: [crl]
devices:
  br-[1-3]:
    host: 192.0.2.[11-13]
    trustpoints: [BRANCH]
`;
