import type { Device } from '../domain/device.ts';
import type { Finding } from '../domain/finding.ts';
import { type KeyUse, usesOf } from '../domain/key-use.ts';
import { hasIdentity } from '../domain/method.ts';
import type { CertificateSummary, ChainCertificate } from '../domain/result.ts';
import type { KeyPair, Trustpoint } from '../domain/trustpoint.ts';
import type { ConfiguredCertificate } from '../ios/show/running-pki.ts';
import { CertificateUnreadableError } from '../pki/decode.ts';
import { summarize } from '../pki/names.ts';
import { recallCertificate } from '../pki/recall.ts';
import {
  type ReplacedCertificate,
  type VerificationInput,
  verifyAuthority,
  verifyCertificate,
} from '../pki/verify.ts';
import type { Renderer } from '../template/render.ts';
import { keypairFor } from './held-keys.ts';
import { missingHttps } from './https-server.ts';
import { parentsOf } from './lineage.ts';
import { identityFor, type Observation, type TrustpointView, viewTrustpoint } from './observation.ts';
import { routerInstant } from './router-time.ts';

interface Expecting {
  readonly device: Device;
  readonly renderer: Renderer;
}

/** Everything a router shows of one trustpoint, held against the inventory; each of two certificates by itself. Pure. */
export function examineTrustpoint(
  expecting: Expecting,
  trustpoint: Trustpoint,
  observation: Observation,
  now: Date,
  replaced?: ReplacedCertificate,
): readonly Finding[] {
  if (!hasIdentity(trustpoint.method))
    return examineIdentity(expecting, trustpoint, 'general', observation, now, undefined, verifyAuthority);
  return usesOf(trustpoint.key).flatMap((use) => {
    const before = use === 'encryption' ? replaced?.encryption : replaced;
    const findings = examineIdentity(expecting, trustpoint, use, observation, now, before);
    return use === 'general' ? findings : findings.map((finding) => ({ ...finding, use }));
  });
}

function examineIdentity(
  { device, renderer }: Expecting,
  trustpoint: Trustpoint,
  use: KeyUse,
  observation: Observation,
  now: Date,
  replaced: ReplacedCertificate | undefined,
  verify: typeof verifyCertificate = verifyCertificate,
): readonly Finding[] {
  const view = viewTrustpoint(observation, trustpoint.name);
  const held = identityFor(view, use);
  const fqdn = renderer.fqdn(device, trustpoint);
  const { key } = trustpoint;
  const routerKey = keypairFor(observation.keypairs, key, use)?.publicKey;
  const keyUsageAsked = usageAsked(key, use);
  const routerAtReading = routerInstant(observation.clock, observation.timeLines);
  const startup =
    observation.startup?.chains.find((chain) => chain.trustpoint === trustpoint.name)?.certificates ?? [];
  return verify({
    trustpoint: trustpoint.name,
    expected: {
      subject: renderer.subject(device, trustpoint),
      fqdn: fqdn === 'none' ? undefined : fqdn,
      serialNumberAsked: trustpoint.serialNumber,
      ipAddress: trustpoint.ipAddress === 'none' ? undefined : trustpoint.ipAddress,
      keyType: key.type,
      keyBits: key.size,
      pins: trustpoint.authority.fingerprints,
      issuerPins: trustpoint.authority.issuer,
      ...(trustpoint.method.kind === 'selfsigned' ? { selfSigned: true } : {}),
      ...(keyUsageAsked === undefined ? {} : { keyUsageAsked }),
    },
    identityDer: held?.configured?.der,
    chainDers: dersOf(view),
    above: parentsOf(trustpoint, device.trustpoints).map(({ name, authority }) => ({
      trustpoint: name,
      pins: authority.fingerprints,
      ders: dersOf(viewTrustpoint(observation, name)),
    })),
    otherDers: device.trustpoints.flatMap(({ name }) =>
      name === trustpoint.name ? [] : dersOf(viewTrustpoint(observation, name)),
    ),
    unread: unreadOf(view, held?.configured),
    printed: held?.printed,
    routerKey,
    // The router's clock went on since it was read; ours tells how far.
    routerNow:
      routerAtReading && new Date(routerAtReading.getTime() + now.getTime() - observation.at.getTime()),
    now,
    maxSkewMs: device.clock.maxSkewMs,
    previous: replaced,
    https: trustpoint.https === true ? { missing: missingHttps(trustpoint, observation) } : undefined,
    startup: observation.startup === undefined ? undefined : { serials: startup.map(({ serial }) => serial) },
  });
}

/** What the request asked for, by the key that it was made with; undefined for what every router asks for. */
function usageAsked({ type }: KeyPair, use: KeyUse): readonly string[] | undefined {
  if (use === 'encryption') return ['keyEncipherment'];
  return use === 'signature' || type === 'ec' ? ['digitalSignature'] : undefined;
}

function dersOf({ authorities }: TrustpointView): readonly Uint8Array[] {
  return authorities.flatMap(({ der }) => (der === undefined ? [] : [der]));
}

/** What stands in the configuration by name alone, and a CA certificate that the router only says it has. */
function unreadOf(
  { authorities, status }: TrustpointView,
  identity: ConfiguredCertificate | undefined,
): NonNullable<VerificationInput['unread']> {
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
  return device.trustpoints.flatMap(({ name, key }) => {
    const view = viewTrustpoint(observation, name);
    return usesOf(key).flatMap((use) => {
      const der = identityFor(view, use)?.configured?.der;
      if (der === undefined) return [];
      const summary = summarize(recallCertificate(der), name);
      keep(der);
      const chain = view.authorities.flatMap((above) =>
        above.der === undefined ? [] : summarizeAuthority(above.der, keep),
      );
      return [{ ...summary, ...(use === 'general' ? {} : { use }), chain }];
    });
  });
}

/** Whether an authority's certificate that cannot be read matters is for the verification to say. */
function summarizeAuthority(der: Uint8Array, keep: (der: Uint8Array) => void): readonly ChainCertificate[] {
  try {
    const { serial, subject, issuer, notBefore, notAfter, sha256 } = summarize(recallCertificate(der), '');
    keep(der);
    return [{ serial, subject, issuer, notBefore, notAfter, sha256 }];
  } catch (error) {
    if (error instanceof CertificateUnreadableError) return [];
    throw error;
  }
}
