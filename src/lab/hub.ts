import { createHash } from 'node:crypto';

import { InputError } from '../domain/errors.ts';
import type { LabOptions } from './lab.ts';
import type { Role } from './roles.ts';
import type { RouterUser } from './router/options.ts';
import { VirtualRouter } from './router/virtual-router.ts';

/** The router that is the lab's CA, with `--ca ios-cs`. */
export const HUB_NAME = 'hub-1';
/** The label of its certificate server. */
export const HUB_SERVER = 'CS';

export interface HubOptions {
  readonly domain: string;
  readonly user: RouterUser;
  readonly enable: string;
  readonly now: () => Date;
  readonly minuteMs?: number;
}

/** Starts a router with a certificate server that grants what brings a one-time password, and lets the rest wait. */
export function startHub({ domain, user, enable, now, minuteMs }: HubOptions): Promise<VirtualRouter> {
  return VirtualRouter.start({
    hostname: HUB_NAME,
    domain,
    release: '17.9',
    users: [user],
    enableSecret: enable,
    clock: { start: 'system', authoritative: true },
    serialNumber: 'FTX0001HUB1',
    certificateServer: {
      name: HUB_SERVER,
      keyBits: 2048,
      lines: [
        'issuer-name cn=Lab Hub CA,o=Example',
        'database level complete',
        'lifetime ca-certificate 3650',
      ],
    },
    now,
    ...(minuteMs === undefined ? {} : { minuteMs }),
  });
}

/** `SHA1:…` and `SHA256:…` of its CA certificate. */
export function hubPins(hub: VirtualRouter): readonly string[] {
  const certificate = hub.certificateServer(HUB_SERVER).caCertificate ?? new Uint8Array();
  return ['sha1', 'sha256'].map(
    (hash) => `${hash.toUpperCase()}:${createHash(hash).update(certificate).digest('hex').toUpperCase()}`,
  );
}

/** What only a CA of its own can give. Throws InputError. */
export function refuseBesideHub(
  { dir, tiers = 1, nextCa = false }: LabOptions,
  roles: readonly Role[],
): void {
  const refuse = (key: string, message: string): never => {
    throw new InputError([{ file: dir, key, message }]);
  };
  if (tiers > 1) refuse('--tiers', 'a CA that is a router has none above it here');
  if (nextCa) refuse('--next-ca', 'a CA that is a router makes its next certificate by itself');
  const held = roles.find((role) => role.state !== undefined || role.certificate !== undefined);
  if (held !== undefined)
    refuse('--fault', `${held.name} cannot hold certificates of a CA that is a router: it is made anew`);
}
