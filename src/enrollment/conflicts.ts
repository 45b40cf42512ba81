import { CONSENTS, type Consent } from '../domain/consent.ts';
import { DeviceError } from '../domain/errors.ts';
import { formatFingerprint } from '../domain/fingerprint.ts';
import { type KeyUse, usesOf } from '../domain/key-use.ts';
import { makesKey } from '../domain/method.ts';
import type { KeyPair, Trustpoint } from '../domain/trustpoint.ts';
import type { PrintedKeypair } from '../ios/show/keypairs.ts';
import type { ConfiguredTrustpoint } from '../ios/show/running-pki.ts';
import { maskConfigSecrets } from '../log/mask-config.ts';
import { CertificateUnreadableError } from '../pki/decode.ts';
import { sameKey } from '../pki/key.ts';
import { recallCertificate } from '../pki/recall.ts';
import type { Drift } from './drift.ts';
import { useOfKeypair } from './held-keys.ts';
import { whyMisplaced } from './key-place.ts';
import { selfSigningOthers } from './methods/selfsigned.ts';
import type { TrustpointView } from './observation.ts';
import { isPinned } from './pins.ts';

interface Situation {
  /** What the operator allowed for this device. */
  readonly consents: ReadonlySet<Consent>;
  readonly trustpoint: Trustpoint;
  readonly view: TrustpointView;
  readonly drift: Drift;
  /** Every trustpoint of the running configuration. */
  readonly others: readonly ConfiguredTrustpoint[];
  readonly ownTrustpoints: readonly Trustpoint[];
  readonly keypairs: readonly PrintedKeypair[];
  /** The certificate is about to be replaced anyway, so a line that it was made from may change. */
  readonly certificateWillChange: boolean;
}

/** Lines that went into the certificate: changing them under it would leave the two apart. */
export const IN_CERTIFICATE = new Set(['subject-name', 'fqdn', 'serial-number', 'ip-address']);

/** The first thing that enrollment must not touch, or undefined when the way is free. */
export function findConflict(situation: Situation): DeviceError | undefined {
  return (
    foreignTrustpoint(situation) ??
    otherCa(situation) ??
    urlUnderCertificate(situation) ??
    keyUnderCertificate(situation) ??
    namesUnderCertificate(situation) ??
    otherSelfSigned(situation) ??
    sharedKey(situation) ??
    unfitKey(situation)
  );
}

/**
 * Lines that would spoil an enrollment: another way to enroll, or a stored challenge password that the router
 * would send instead of asking for this device's own. On a trustpoint that holds its certificate they harm nobody.
 */
const SPOILING = /^(?:enrollment (?:url|terminal|selfsigned|profile|pkcs12)|password)\b/;

export function spoilingLines(foreign: readonly string[]): readonly string[] {
  return foreign.filter((line) => SPOILING.test(line));
}

function foreignTrustpoint({
  trustpoint,
  view,
  drift,
  consents,
  certificateWillChange,
}: Situation): DeviceError | undefined {
  const spoiling = spoilingLines(drift.foreign);
  const isFinished = view.identity !== undefined && !certificateWillChange;
  if (spoiling.length === 0 || isFinished || consents.has('adopt-trustpoint')) return undefined;
  return conflict(
    trustpoint,
    'somebody else configured it in a way that would spoil the enrollment',
    `lines: ${spoiling.map(maskConfigSecrets).join('; ')}`,
    allow('adopt-trustpoint'),
  );
}

/** A CA certificate that is there must be the pinned one; another one is somebody else's decision. */
function otherCa({ trustpoint, view, consents }: Situation): DeviceError | undefined {
  if (consents.has('replace-ca')) return undefined;
  const present = view.authorities.filter(({ kind }) => kind === 'ca');
  if (
    present.length === 0 ||
    present.some((certificate) => isPinned(certificate, trustpoint.authority.fingerprints))
  ) {
    return undefined;
  }
  const shown = present.map(({ serial, der }) => {
    const sha1 = der && recallCertificate(der).fingerprints.find(({ hash }) => hash === 'SHA1');
    return sha1 === undefined ? `serial ${serial}` : formatFingerprint(sha1);
  });
  const pinned = trustpoint.authority.fingerprints.map(formatFingerprint).join(', ');
  return conflict(
    trustpoint,
    'the router already trusts another CA',
    `present: ${shown.join(', ')}; pinned: ${pinned}`,
    allow('replace-ca'),
  );
}

/** IOS documents the URL as fixed once the CA certificate is there. */
function urlUnderCertificate({ trustpoint, view, drift, consents }: Situation): DeviceError | undefined {
  const change = drift.changed.find(({ head }) => head === 'enrollment url');
  if (change === undefined || view.authorities.length === 0 || consents.has('replace-ca')) return undefined;
  return conflict(
    trustpoint,
    'the enrollment url differs and a CA certificate is already there',
    `present: ${change.present}; wanted: ${change.wanted}`,
    allow('replace-ca'),
  );
}

function keyUnderCertificate({ trustpoint, view, drift }: Situation): DeviceError | undefined {
  const change = drift.changed.find(({ head }) => head === 'rsakeypair' || head === 'eckeypair');
  if (change === undefined || view.identity === undefined) return undefined;
  return conflict(
    trustpoint,
    'the certificate in place belongs to another key pair than the inventory names',
    `present: ${change.present}; wanted: ${change.wanted}`,
  );
}

function namesUnderCertificate({
  trustpoint,
  view,
  drift,
  certificateWillChange,
}: Situation): DeviceError | undefined {
  if (certificateWillChange || view.identity === undefined) return undefined;
  const change = drift.changed.find(({ head }) => IN_CERTIFICATE.has(head));
  if (change === undefined) return undefined;
  return conflict(
    trustpoint,
    `the certificate in place was made with another ${change.head}`,
    `present: ${change.present}; wanted: ${change.wanted}`,
    `correct the inventory, or ${allow('reissue')}`,
  );
}

/** A router keeps one self-signed certificate: to make this one deletes the other, with its trustpoint. */
function otherSelfSigned({
  trustpoint,
  view,
  others,
  certificateWillChange,
  consents,
}: Situation): DeviceError | undefined {
  const isMade = view.identity === undefined || certificateWillChange;
  if (trustpoint.method.kind !== 'selfsigned' || !isMade || consents.has('replace-selfsigned'))
    return undefined;
  const [other] = selfSigningOthers(others, trustpoint.name);
  if (other === undefined) return undefined;
  return conflict(
    trustpoint,
    `the router would delete the self-signed certificate of trustpoint ${other}: it keeps one only`,
    '',
    allow('replace-selfsigned'),
  );
}

function sharedKey(situation: Situation): DeviceError | undefined {
  const { trustpoint, others, ownTrustpoints, consents } = situation;
  if (!makesKey(trustpoint.method)) return undefined;
  if (consents.has('share-key') || isShared(situation)) return undefined;
  const ours = new Set(ownTrustpoints.map(({ name }) => name));
  const other = others.find(({ name, lines }) => !ours.has(name) && namesKey(lines, trustpoint));
  if (other === undefined) return undefined;
  return conflict(
    trustpoint,
    `the key pair ${trustpoint.key.label} belongs to trustpoint ${other.name}`,
    '',
    `choose another key.label in the inventory, or ${allow('share-key')}`,
  );
}

/**
 * Whether the trustpoint shares the key already: it was asked about before its first request, and holds a certificate for
 * that very key, or waits for one. A renewal that makes new keys would take the key away from the other trustpoint.
 */
function isShared({ trustpoint, view, keypairs, certificateWillChange }: Situation): boolean {
  const lines = view.lines?.lines ?? [];
  if (!namesKey(lines, trustpoint)) return false;
  const keyWillChange =
    trustpoint.renew.keys === 'regenerate' ||
    trustpoint.autoEnroll?.regenerate === true ||
    lines.some((line) => /^\s*(?:auto-enroll\b.*\s)?regenerate\b/.test(line));
  if (certificateWillChange && keyWillChange) return false;
  if (view.stage === 'pending') return true;
  const { der } = view.identity ?? {};
  const certified = der === undefined ? undefined : certifiedKey(der);
  return (
    certified !== undefined &&
    keypairs.some(({ label, publicKey }) => label === trustpoint.key.label && sameKey(publicKey, certified))
  );
}

function namesKey(lines: readonly string[], { key }: Trustpoint): boolean {
  const names = [`rsakeypair ${key.label}`, `eckeypair ${key.label}`];
  return lines.some((line) => names.includes(line.trim().split(/\s+/).slice(0, 2).join(' ')));
}

function certifiedKey(der: Uint8Array): Uint8Array | undefined {
  try {
    return recallCertificate(der).publicKey;
  } catch (error) {
    if (error instanceof CertificateUnreadableError) return undefined;
    throw error;
  }
}

function unfitKey({ trustpoint: { key, method }, keypairs }: Situation): DeviceError | undefined {
  if (!makesKey(method)) return undefined;
  const present = keypairs.filter(({ label }) => label === key.label);
  if (present.length === 0) return undefined;
  const unfit = present.find((keypair) => !isFit(keypair, key));
  const { type, size } = key;
  if (unfit !== undefined) {
    const is = `${unfit.type.toUpperCase()} ${unfit.bits}`;
    return keyConflict(key, `is ${is}, the inventory asks for ${type.toUpperCase()} ${size}`);
  }
  const misplaced = present.map((keypair) => whyMisplaced(keypair, key)).find((why) => why !== undefined);
  if (misplaced !== undefined) return keyConflict(key, misplaced);
  const uses = usesOf(key);
  const held = present.map(useOfKeypair);
  if (uses.length === held.length && uses.every((use) => held.includes(use))) return undefined;
  const what = held.map((use) => USES[use]).join(' and ');
  return keyConflict(key, `is ${what}, the inventory asks for ${uses.map((use) => USES[use]).join(' and ')}`);
}

const USES: Readonly<Record<KeyUse, string>> = {
  general: 'one for general purposes',
  signature: 'one for signatures',
  encryption: 'one for encryption',
};

function keyConflict({ label }: KeyPair, message: string): DeviceError {
  return new DeviceError('keypair-conflict', `key pair ${label} ${message}`, {
    detail: 'An existing key pair is never replaced: every certificate on it would die.',
  });
}

/** A longer RSA key will do; a curve has to be the very one. */
function isFit({ type, bits }: PrintedKeypair, wanted: KeyPair): boolean {
  return type === wanted.type && (type === 'rsa' ? bits >= wanted.size : bits === wanted.size);
}

/** The switch that lets a plan do it, to be given with this device's name. */
function allow(consent: Consent): string {
  return `to allow it: --${consent} <this device> (${CONSENTS[consent]})`;
}

function conflict(trustpoint: Trustpoint, message: string, detail = '', hint?: string): DeviceError {
  return new DeviceError('plan-conflict', `${trustpoint.name}: ${message}`, {
    detail,
    ...(hint === undefined ? {} : { hint }),
  });
}
