import { fileURLToPath } from 'node:url';

/** The schema beside the program, for editors; the same depth below the package in src and dist. */
const SCHEMA = fileURLToPath(new URL('../../docs/inventory.schema.json', import.meta.url));

/** What `trustfleet init` writes: an inventory that loads as soon as every `<...>` is replaced. */
export function starterInventory(): string {
  return `# yaml-language-server: $schema=${SCHEMA}
#
# Replace every <...>, then run: trustfleet check
# All keys are described in docs/inventory.md of the package.

defaults:
  domain: <domain of the routers, such as example.net>
  ssh:
    username: <user name on the routers>
    # Secrets are referred to, never written here: env, file, command or prompt.
    password: { env: TRUSTFLEET_PASSWORD }
    # enable: { env: TRUSTFLEET_ENABLE }
    # algorithms: legacy          # for releases that know only SHA-1 and CBC
    knownHosts: ./known_hosts
  clock:
    timezone: UTC
    ntp: [<address of an NTP server>]

authorities:
  ca:
    scep:
      # NDES: http://host/certsrv/mscep/mscep.dll with ra: true
      url: <http URL of the SCEP service>
      ra: true
    # The fingerprint of the CA certificate, from the CA's operator. Routers print MD5 and SHA1;
    # a SHA256 can be pinned beside it, as a list.
    fingerprint: "<SHA1 fingerprint of the CA certificate>"
    challenge:
      ndes:
        url: <https URL of the mscep_admin page>
        username: <DOMAIN\\user>
        password: { env: NDES_PASSWORD }
    # Without NDES, one of:
    # challenge: none
    # challenge: { env: SCEP_CHALLENGE }
    # challenge: { file: challenges.csv }

trustpoints:
  FLEET:
    authority: ca
    key: { size: 2048 }
    subject: "CN={{fqdn}},O=<organization>"
    revocationCheck: [crl]
    renew: { before: 30d }

# groups:
#   emea:
#     clock: { timezone: { name: CET, offset: "+01:00" } }

devices:
  <name of a router>:
    host: <address of the router>
    trustpoints: [FLEET]
  # Two thousand at once:
  # br-[0001-2000]:
  #   host: br-[0001-2000].example.net
  #   trustpoints: [FLEET]
`;
}
