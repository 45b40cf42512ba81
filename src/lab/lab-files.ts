import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { LAB_NDES_ACCOUNT } from './ca/ntlm-acceptor.ts';
import { LAB_INVENTORY, LAB_MARK } from './folder-claim.ts';

/** What the lab tells about itself in the files a user starts from. */
export interface LabFacts {
  readonly ca: {
    readonly profile: 'ndes' | 'generic' | 'ios-cs';
    readonly enrollmentUrl: string;
    readonly adminUrl: string;
    /** `SHA1:…`, `SHA256:…` */
    readonly pins: readonly string[];
    /** The CAs above it, the nearest first. */
    readonly above: readonly { readonly enrollmentUrl: string; readonly pins: readonly string[] }[];
    /** The router that is the CA. */
    readonly hub?: {
      readonly name: string;
      readonly server: string;
      readonly port: number;
      readonly hostKeyLine: string;
    };
    /** An operator decides on requests. */
    readonly isManual: boolean;
    /** The one challenge of the generic profile. */
    readonly challenge: string;
    /** When it is not the service's usual hour, in milliseconds. */
    readonly passwordValidityMs?: number;
  };
  readonly login: { readonly username: string; readonly password: string; readonly enable: string };
  readonly ntpAddress: string;
  readonly domain: string;
  readonly trustpoint: string;
  /** The same without a hash, for releases that have no line for it. */
  readonly oldTrustpoint: string;
  readonly routers: readonly {
    readonly name: string;
    readonly port: number;
    readonly site: string;
    readonly hostKeyLine: string;
    readonly trustpoint: string;
    readonly algorithms: 'modern' | 'legacy';
  }[];
}

export const LAB_HOST = '127.0.0.1';

/**
 * Writes `inventory.yaml`, `known_hosts` and the lab's secrets (one file each, mode 0600) into `dir`, so that every
 * trustfleet command works from there without an option. Returns the inventory's path.
 */
export async function writeLabFiles(dir: string, facts: LabFacts): Promise<string> {
  const secrets = path.join(dir, 'secrets');
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  await writeSecret(secrets, 'login', facts.login.password);
  await writeSecret(secrets, 'enable', facts.login.enable);
  if (facts.ca.profile === 'ndes') await writeSecret(secrets, 'ndes', LAB_NDES_ACCOUNT.password);
  if (facts.ca.profile === 'generic') await writeSecret(secrets, 'challenge', facts.ca.challenge);
  await writeFile(
    path.join(dir, 'known_hosts'),
    `${[facts.ca.hub ?? [], facts.routers]
      .flat()
      .map(({ hostKeyLine }) => hostKeyLine)
      .join('\n')}\n`,
    {
      mode: 0o600,
    },
  );
  const file = path.join(dir, LAB_INVENTORY);
  await writeFile(file, `${HEADER}${stringify(inventoryOf(facts), { lineWidth: 110 })}`);
  return file;
}

const HEADER = [
  `${LAB_MARK} These routers are virtual and live as long as the lab runs;`,
  '# the CA is made anew at each start. Nothing here is worth protecting.',
  '',
].join('\n');

async function writeSecret(dir: string, name: string, value: string): Promise<void> {
  const file = path.join(dir, name);
  await writeFile(file, `${value}\n`, { mode: 0o600 });
  // An older lab's file keeps its own mode.
  await chmod(file, 0o600);
}

function inventoryOf(facts: LabFacts): object {
  const { ca, login, ntpAddress, domain, trustpoint, oldTrustpoint, routers } = facts;
  const hasOld = routers.some((router) => router.trustpoint === oldTrustpoint);
  const parents = ca.above.map((above, index) => ({ ...above, ...PARENTS[index] }));
  return {
    defaults: {
      domain,
      ssh: {
        username: login.username,
        password: { file: './secrets/login' },
        enable: { file: './secrets/enable' },
        knownHosts: './known_hosts',
      },
      clock: { timezone: 'UTC', ntp: [ntpAddress], ntpWait: '10s' },
      trustpoints: [...parents.map((parent) => parent.trustpoint).toReversed(), trustpoint],
    },
    authorities: {
      'lab-ca': {
        scep: { url: ca.enrollmentUrl, ra: ca.profile === 'ndes' },
        fingerprint: ca.pins,
        ...challengeLike(ca),
      },
      ...Object.fromEntries(
        parents.map(({ authority, enrollmentUrl, pins }) => [
          authority,
          { scep: { url: enrollmentUrl, ra: false }, fingerprint: pins, challenge: 'none' },
        ]),
      ),
    },
    trustpoints: {
      ...Object.fromEntries(
        parents.map((parent, index) => [parent.trustpoint, parentLike(parent, parents[index + 1])]),
      ),
      [trustpoint]: trustpointLike(trustpoint, { hash: 'sha256', ...below(parents[0]) }),
      ...(hasOld ? { [oldTrustpoint]: trustpointLike(oldTrustpoint, below(parents[0])) } : {}),
    },
    devices: {
      ...(ca.hub === undefined
        ? {}
        : { [ca.hub.name]: { host: LAB_HOST, port: ca.hub.port, trustpoints: [] } }),
      ...Object.fromEntries(routers.map((router) => [router.name, deviceLike(router, facts)])),
    },
  };
}

interface Parent {
  readonly trustpoint: string;
  readonly authority: string;
}

/** What the CAs above are called in the inventory, by their distance from the CA: with two tiers the first is the root. */
const PARENTS: readonly Parent[] = [
  { trustpoint: 'LAB-UPPER', authority: 'lab-upper' },
  { trustpoint: 'LAB-ROOT', authority: 'lab-root' },
];

function parentLike({ authority }: Partial<Parent>, above: Partial<Parent> | undefined): object {
  return { authority, method: 'ca-only', revocationCheck: ['none'], ...below(above) };
}

function below(parent: Partial<Parent> | undefined): { readonly parent?: string } {
  return parent?.trustpoint === undefined ? {} : { parent: parent.trustpoint };
}

/** Where passwords come from, and who grants. */
function challengeLike(ca: LabFacts['ca']): object {
  if (ca.profile === 'generic') return { challenge: { static: { file: './secrets/challenge' } } };
  if (ca.hub !== undefined) {
    const server = { device: ca.hub.name, server: ca.hub.server };
    return ca.isManual
      ? { challenge: 'none', grant: { 'ios-cs': server } }
      : { challenge: { 'ios-cs': server } };
  }
  return {
    challenge: {
      ndes: {
        url: ca.adminUrl,
        username: `${LAB_NDES_ACCOUNT.domain}\\${LAB_NDES_ACCOUNT.user}`,
        password: { file: './secrets/ndes' },
        auth: 'ntlm',
        allowInsecure: true,
        ...(ca.passwordValidityMs === undefined ? {} : { validity: `${ca.passwordValidityMs}ms` }),
      },
    },
  };
}

function trustpointLike(label: string, more: { readonly hash?: string; readonly parent?: string }): object {
  return {
    authority: 'lab-ca',
    key: { type: 'rsa', size: 2048, label },
    subject: 'CN={{fqdn}},OU=Branches,O=Example',
    serialNumber: false,
    ipAddress: 'none',
    revocationCheck: ['none'],
    ...more,
    renew: { before: '30d' },
    grant: { timeout: '60s' },
  };
}

function deviceLike(router: LabFacts['routers'][number], { ca, trustpoint }: LabFacts): object {
  const { port, site, algorithms } = router;
  return {
    host: LAB_HOST,
    port,
    vars: { site },
    ...(algorithms === 'modern' ? {} : { ssh: { algorithms } }),
    ...(router.trustpoint === trustpoint
      ? {}
      : {
          trustpoints: [
            ...ca.above.map((_, index) => PARENTS[index]?.trustpoint).toReversed(),
            router.trustpoint,
          ],
        }),
  };
}
