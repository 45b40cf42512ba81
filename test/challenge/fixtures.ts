import type { Device } from '../../src/domain/device.ts';
import { DeviceError } from '../../src/domain/errors.ts';
import { parseFingerprint } from '../../src/domain/fingerprint.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { Authority, ChallengeSpec, NdesChallengeSpec, Trustpoint } from '../../src/domain/trustpoint.ts';

export function authority(challenge: ChallengeSpec, pins: readonly string[] = []): Authority {
  return {
    name: 'branch-ca',
    scep: { url: 'http://ndes.example.net/certsrv/mscep/mscep.dll', ra: true },
    fingerprints: pins.map((pin) => {
      const fingerprint = parseFingerprint(pin);
      if ('problem' in fingerprint) throw new Error(fingerprint.problem);
      return fingerprint;
    }),
    challenge,
    renewalChallenge: false,
  };
}

export function trustpoint(name = 'BRANCH', challenge: ChallengeSpec = { kind: 'none' }): Trustpoint {
  return {
    name,
    method: { kind: 'scep' },
    authority: authority(challenge),
    key: { type: 'rsa', label: name, size: 2048, exportable: false, usageKeys: false },
    subject: 'CN={{fqdn}}',
    fqdn: '{{fqdn}}',
    serialNumber: false,
    ipAddress: 'none',
    revocationCheck: ['none'],
    grantTimeoutMs: 60_000,
    renew: {
      before: { kind: 'duration', milliseconds: 1 },
      keys: 'regenerate',
      spreadMs: 0,
      windows: [],
      checkRevocation: false,
    },
  };
}

export function device(name = 'br-0001'): Device {
  return {
    name,
    host: '192.0.2.11',
    port: 22,
    fqdn: `${name}.example.net`,
    groups: [],
    tags: [],
    vars: {},
    ssh: { username: 'netops', knownHosts: '/dev/null', algorithms: 'modern' },
    timeouts: { connect: 1, login: 1, command: 1, keygen: 1, device: 1 },
    clock: {
      timezone: { name: 'UTC', offsetMinutes: 0 },
      ntp: { servers: [], keys: [] },
      ntpWaitMs: 1,
      maxSkewMs: 1,
    },
    trustpoints: [trustpoint()],
  };
}

export function ndesSpec(url: string, change: Partial<NdesChallengeSpec> = {}): NdesChallengeSpec {
  return {
    kind: 'ndes',
    url,
    username: 'EXAMPLE\\svc-ndes',
    password: Secret.acquired('Password', 'test'),
    auth: 'ntlm',
    allowInsecure: false,
    capacity: 5,
    validityMs: 3_600_000,
    ...change,
  };
}

/** The DeviceError that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<DeviceError> {
  const result = await promise.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (result instanceof DeviceError) return result;
  throw new Error(`expected a DeviceError, not: ${String(result)}`);
}

export const forever = new AbortController().signal;
