import { type Fingerprint, parseFingerprint } from '../domain/fingerprint.ts';
import type { Authority, KeyPair, RenewBefore, RenewRules, Trustpoint } from '../domain/trustpoint.ts';
import { buildChallenge } from './build-challenge.ts';
import { milliseconds } from './build-clock.ts';
import { buildMethod } from './build-method.ts';
import type { Origin } from './origin.ts';
import type { AuthorityInput } from './schema-authority.ts';
import { isEcSize, type KeyInput, sizeOf } from './schema-key.ts';
import type { RenewInput } from './schema-renew.ts';
import type { TrustpointInput } from './schema-trustpoint.ts';

/** What stands in for the authority of a self-signed certificate: nobody, and no pin matches. */
export const OWN_SIGNATURE: Authority = {
  name: 'self-signed',
  fingerprints: [],
  challenge: { kind: 'none' },
  renewalChallenge: false,
};

export function buildAuthority(name: string, input: AuthorityInput, origin: Origin): Authority {
  const { scep, certificate, fingerprint, issuer, challenge, grant, renewalChallenge } = input;
  return {
    name,
    ...(scep === undefined ? {} : { scep }),
    ...(certificate === undefined ? {} : { certificate: origin.resolve(certificate) }),
    fingerprints: listOf(fingerprint).map(readFingerprint),
    ...(issuer === undefined ? {} : { issuer: listOf(issuer.fingerprint).map(readFingerprint) }),
    challenge: buildChallenge(challenge, ['authorities', name, 'challenge'], origin),
    ...(grant === undefined ? {} : { grant: grant['ios-cs'] }),
    renewalChallenge,
  };
}

export function buildTrustpoint(
  name: string,
  input: TrustpointInput,
  authority: Authority,
  origin: Origin,
): Trustpoint {
  const { method, key, parent, subject = '', fqdn, serialNumber, ipAddress, grant, renew } = input;
  return {
    name,
    method: buildMethod(name, method, { origin, hasFile: authority.certificate !== undefined }),
    authority,
    key: buildKey(name, key),
    ...(parent === undefined ? {} : { parent }),
    subject,
    fqdn,
    serialNumber,
    ipAddress,
    revocationCheck: listOf(input.revocationCheck),
    ...(input.crlQuery === undefined ? {} : { crlQuery: input.crlQuery }),
    ...(input.hash === undefined ? {} : { hash: input.hash }),
    ...(input.usage === undefined ? {} : { usage: listOf(input.usage) }),
    ...(input.vrf === undefined ? {} : { vrf: input.vrf }),
    ...(input.sourceInterface === undefined ? {} : { sourceInterface: input.sourceInterface }),
    ...(input.retry === undefined ? {} : { retry: buildRetry(input.retry) }),
    ...(input.autoEnroll === undefined ? {} : { autoEnroll: buildAutoEnroll(input.autoEnroll) }),
    ...(input.https ? { https: true } : {}),
    grantTimeoutMs: milliseconds(grant.timeout),
    renew: buildRenew(renew),
  };
}

function buildKey(trustpoint: string, key: KeyInput): KeyPair {
  const { type, label = trustpoint, exportable, usageKeys, on, storage } = key;
  const size = sizeOf(key);
  if (type === 'rsa') {
    return {
      type,
      label,
      size,
      exportable,
      usageKeys,
      ...(on === undefined ? {} : { on }),
      ...(storage === undefined ? {} : { storage }),
    };
  }
  if (!isEcSize(size)) throw new Error(`not checked by the schema: no curve of ${size} bits`);
  return { type, label, size, exportable };
}

function readFingerprint(text: string): Fingerprint {
  const read = parseFingerprint(text);
  if ('problem' in read) throw new Error(`not checked by the schema: ${read.problem}`);
  return read;
}

function buildRetry({
  count,
  period,
}: NonNullable<TrustpointInput['retry']>): NonNullable<Trustpoint['retry']> {
  const periodMinutes = typeof period === 'string' ? milliseconds(period) / 60_000 : period;
  return {
    ...(count === undefined ? {} : { count }),
    ...(periodMinutes === undefined ? {} : { periodMinutes }),
  };
}

function buildAutoEnroll(
  input: NonNullable<TrustpointInput['autoEnroll']>,
): NonNullable<Trustpoint['autoEnroll']> {
  if (typeof input === 'number') return { percent: input, regenerate: false };
  const { percent, regenerate } = input;
  return { ...(percent === undefined ? {} : { percent }), regenerate };
}

const RETIRE_AFTER = '7d';

function buildRenew({ before, keys, spread, windows, checkRevocation, ...roll }: RenewInput): RenewRules {
  return {
    before: buildBefore(before),
    keys,
    spreadMs: milliseconds(spread),
    windows: windows.map(({ cron, duration, zone }) => ({
      cron: cron.trim(),
      durationMs: milliseconds(duration),
      ...(zone === undefined ? {} : { zone }),
    })),
    checkRevocation,
    ...(roll.switch === undefined
      ? {}
      : {
          roll: { switchLines: roll.switch, retireAfterMs: milliseconds(roll.retireAfter ?? RETIRE_AFTER) },
        }),
  };
}

function buildBefore(before: string): RenewBefore {
  const percent = /^(\d+)\s*%$/.exec(before.trim())?.[1];
  if (percent !== undefined) return { kind: 'percent-of-life-left', percent: Number(percent) };
  return { kind: 'duration', milliseconds: milliseconds(before) };
}

function listOf<Value>(value: Value | Value[]): Value[] {
  return Array.isArray(value) ? value : [value];
}
