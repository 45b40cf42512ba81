import type { Device } from '../domain/device.ts';
import type { Finding } from '../domain/finding.ts';
import type { CertificateSummary, ChainCertificate } from '../domain/result.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { CertificateUnreadableError, decodeCertificate } from '../pki/decode.ts';
import { summarize } from '../pki/names.ts';
import { type ReplacedCertificate, type VerificationInput, verifyCertificate } from '../pki/verify.ts';
import type { Renderer } from '../template/render.ts';
import { type Observation, type TrustpointView, viewTrustpoint } from './observation.ts';
import { routerInstant } from './router-time.ts';

/** Everything a router shows of one trustpoint, held against the inventory. Pure. */
export function examineTrustpoint(
  { device, renderer }: { readonly device: Device; readonly renderer: Renderer },
  trustpoint: Trustpoint,
  observation: Observation,
  now: Date,
  replaced?: ReplacedCertificate,
): readonly Finding[] {
  const view = viewTrustpoint(observation, trustpoint.name);
  const fqdn = renderer.fqdn(device, trustpoint);
  const routerKey = observation.keypairs.find(({ label }) => label === trustpoint.key.label)?.publicKey;
  const routerAtReading = routerInstant(observation.clock, observation.timeLines);
  const startup =
    observation.startup?.chains.find((chain) => chain.trustpoint === trustpoint.name)?.certificates ?? [];
  return verifyCertificate({
    trustpoint: trustpoint.name,
    expected: {
      subject: renderer.subject(device, trustpoint),
      fqdn: fqdn === 'none' ? undefined : fqdn,
      serialNumberAsked: trustpoint.serialNumber,
      ipAddress: trustpoint.ipAddress === 'none' ? undefined : trustpoint.ipAddress,
      keyBits: trustpoint.key.size,
      pins: trustpoint.authority.fingerprints,
    },
    identityDer: view.identity?.der,
    chainDers: view.authorities.flatMap(({ der }) => (der === undefined ? [] : [der])),
    unread: unreadOf(view),
    printed: view.printed,
    routerKey,
    // The router's clock went on since it was read; ours tells how far.
    routerNow:
      routerAtReading && new Date(routerAtReading.getTime() + now.getTime() - observation.at.getTime()),
    now,
    maxSkewMs: device.clock.maxSkewMs,
    previous: replaced,
    startup: observation.startup === undefined ? undefined : { serials: startup.map(({ serial }) => serial) },
  });
}

/** What stands in the configuration by name alone, and a CA certificate that the router only says it has. */
function unreadOf({
  identity,
  authorities,
  status,
}: TrustpointView): NonNullable<VerificationInput['unread']> {
  const isOnlySaid = authorities.length === 0 && status?.caAuthenticated === true;
  return {
    identity: identity !== undefined && identity.der === undefined,
    authorities: authorities.filter(({ der }) => der === undefined).length + (isOnlySaid ? 1 : 0),
  };
}

/**
 * The certificates that a router holds for the inventory's trustpoints, for results and reports. `keep` is given the
 * DER of each of them and of its chain.
 */
export function summarizeCertificates(
  device: Device,
  observation: Observation,
  keep: (der: Uint8Array) => void = () => undefined,
): readonly CertificateSummary[] {
  return device.trustpoints.flatMap(({ name }) => {
    const { identity, authorities } = viewTrustpoint(observation, name);
    if (identity?.der === undefined) return [];
    const summary = summarize(decodeCertificate(identity.der), name);
    keep(identity.der);
    const chain = authorities.flatMap(({ der }) => (der === undefined ? [] : summarizeAuthority(der, keep)));
    return [{ ...summary, chain }];
  });
}

/** Whether an authority's certificate that cannot be read matters is for the verification to say. */
function summarizeAuthority(der: Uint8Array, keep: (der: Uint8Array) => void): readonly ChainCertificate[] {
  try {
    const { serial, subject, issuer, notBefore, notAfter, sha256 } = summarize(decodeCertificate(der), '');
    keep(der);
    return [{ serial, subject, issuer, notBefore, notAfter, sha256 }];
  } catch (error) {
    if (error instanceof CertificateUnreadableError) return [];
    throw error;
  }
}
