import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { LAB_NDES_ACCOUNT } from './ca/ntlm-acceptor.ts';
import { LAB_INVENTORY, LAB_MARK } from './folder-claim.ts';

/** What the lab tells about itself in the files a user starts from. */
export interface LabFacts {
  readonly ca: {
    readonly profile: 'ndes' | 'generic';
    readonly enrollmentUrl: string;
    readonly adminUrl: string;
    /** `SHA1:…`, `SHA256:…` */
    readonly pins: readonly string[];
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
  else await writeSecret(secrets, 'challenge', facts.ca.challenge);
  await writeFile(
    path.join(dir, 'known_hosts'),
    `${facts.routers.map(({ hostKeyLine }) => hostKeyLine).join('\n')}\n`,
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
  const challenge =
    ca.profile === 'ndes'
      ? {
          ndes: {
            url: ca.adminUrl,
            username: `${LAB_NDES_ACCOUNT.domain}\\${LAB_NDES_ACCOUNT.user}`,
            password: { file: './secrets/ndes' },
            auth: 'ntlm',
            allowInsecure: true,
            ...(ca.passwordValidityMs === undefined ? {} : { validity: `${ca.passwordValidityMs}ms` }),
          },
        }
      : { static: { file: './secrets/challenge' } };
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
      trustpoints: [trustpoint],
    },
    authorities: {
      'lab-ca': {
        scep: { url: ca.enrollmentUrl, ra: ca.profile === 'ndes' },
        fingerprint: ca.pins,
        challenge,
      },
    },
    trustpoints: {
      [trustpoint]: trustpointLike(trustpoint, { hash: 'sha256' }),
      ...(hasOld ? { [oldTrustpoint]: trustpointLike(oldTrustpoint, {}) } : {}),
    },
    devices: Object.fromEntries(routers.map((router) => [router.name, deviceLike(router, facts)])),
  };
}

function trustpointLike(label: string, more: { readonly hash?: string }): object {
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

function deviceLike(router: LabFacts['routers'][number], { trustpoint }: LabFacts): object {
  const { port, site, algorithms } = router;
  return {
    host: LAB_HOST,
    port,
    vars: { site },
    ...(algorithms === 'modern' ? {} : { ssh: { algorithms } }),
    ...(router.trustpoint === trustpoint ? {} : { trustpoints: [router.trustpoint] }),
  };
}
