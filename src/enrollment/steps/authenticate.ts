import type { Device } from '../../domain/device.ts';
import { DeviceError, type ErrorCode } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { dialectOf } from '../../ios/dialect/dialect.ts';
import {
  type Authenticated,
  type AuthenticateOptions,
  authenticate,
  authenticateCommand,
} from '../../ios/dialogues/authenticate.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import type { ConfiguredCertificate } from '../../ios/show/running-pki.ts';
import { formatPem } from '../../pki/pem.ts';
import { CaLookup } from '../ca-lookup.ts';
import { foreseeLook, look } from '../look.ts';
import { isByFiles, transferOf, withCaFile } from '../methods/by-files.ts';
import { caCertificates, isCaGiven, isCaPasted } from '../methods/ca-text.ts';
import {
  type ComparablePins,
  comparablePins,
  comparePins,
  isPinned,
  PRINTED_BY,
  tellHashes,
  withPrinted,
} from '../pins.ts';
import { type StepContext, trustpointOf } from './context.ts';

/** The router gives up on a CA that does not answer after up to a minute; it must be heard out. */
const CA_FETCH_MS = 150_000;
/** Where the accepted certificate is read back. */
const ACCEPTED = ['running'] as const;
/** Ends of the dialogue that leave the router at its prompt, and not surely without a CA certificate. */
const REFUSED: ReadonlySet<ErrorCode> = new Set([
  'fingerprint-mismatch',
  'fingerprint-unreadable',
  'ca-unreachable',
  'command-refused',
]);

/**
 * The router fetches the CA certificate, or takes it as a text, and shows its fingerprint; only the pinned one is accepted. What it then holds
 * is read back and compared with every pin, SHA256 too, before anything is asked of that CA; `behind` are commands that will be
 * typed next if all is well.
 * Throws DeviceError `fingerprint-mismatch`, `fingerprint-unreadable` or `ca-unreachable`; where a CA certificate was
 * compared and refused, the detail tells whether the router holds it all the same, and how to get rid of it.
 */
export async function authenticateCa(
  context: StepContext,
  name: string,
  note: (text: string) => void,
  behind: readonly string[] = [],
): Promise<void> {
  const { session, device, signal, caLookup = new CaLookup() } = context;
  const trustpoint = trustpointOf(context, name);
  const { authority } = trustpoint;
  const printed = PRINTED_BY[dialectOf(session)];
  const { given, pins, unseen } = isCaGiven(trustpoint)
    ? await pinsOfGiven(context, trustpoint)
    : { given: undefined, ...(await comparablePins(authority, name, caLookup, signal, printed)) };
  const timeoutMs = Math.max(device.timeouts.command, CA_FETCH_MS);
  const options = { trustpoint: name, pins, timeoutMs };
  const { shown } = await authenticateWith(context, trustpoint, options, given).catch(
    async (thrown: unknown) => {
      throw await toldHowItWasLeft(context, name, thrown);
    },
  );
  const held = await readHeld(context, name, behind).catch((thrown: unknown) => {
    throw withDetail(thrown, `trustpoint ${name} accepted a CA certificate before this; nothing was saved`);
  });
  if (!held.some((certificate) => isPinned(certificate, authority.fingerprints)))
    throw heldIsNotPinned(context, name, held);
  const how = unseen === undefined ? '' : `; the SHA256 was compared with what it then held: ${unseen}`;
  const said =
    shown.length === 0
      ? 'the router showed no fingerprint; what it then held is the pinned CA certificate'
      : `the router showed the pinned fingerprint ${shown.map(formatFingerprint).join(', ')}`;
  note(said + how);
}

/** The certificate's own hashes are known then: a router that shows another one is answered no. */
async function pinsOfGiven(
  context: StepContext,
  trustpoint: Trustpoint,
): Promise<ComparablePins & { readonly given: Uint8Array }> {
  const { pinned } = await caCertificates(context, trustpoint);
  return { pins: withPrinted(trustpoint.authority.fingerprints, pinned.der), given: pinned.der };
}

/** `given`: the CA certificate, where the router does not fetch it from the CA. */
function authenticateWith(
  context: StepContext,
  trustpoint: Trustpoint,
  options: AuthenticateOptions,
  given: Uint8Array | undefined,
): Promise<Authenticated> {
  const { session } = context;
  if (given === undefined) return authenticate(session, options);
  if (isByFiles(trustpoint)) {
    return withCaFile(context, trustpoint, given, (transfer) =>
      authenticate(session, { ...options, transfer }),
    );
  }
  return authenticate(session, { ...options, pem: formatPem(given).trimEnd().split('\n') });
}

/** The CA certificates of a trustpoint, as they stand in the running configuration. */
async function readHeld(
  { session }: StepContext,
  name: string,
  behind: readonly string[] = [],
): Promise<readonly ConfiguredCertificate[]> {
  const { running } = await look(session, ACCEPTED, { trustpoints: [name], keypairs: [] }, behind);
  const chain = running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  return chain.filter(({ kind }) => kind === 'ca');
}

/** A router with a fingerprint line in its trustpoint asks nothing: it may have accepted what we then refuse. */
async function toldHowItWasLeft(context: StepContext, name: string, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof DeviceError) || !REFUSED.has(thrown.code)) return thrown;
  const held = await readHeld(context, name).catch(() => undefined);
  if (held === undefined)
    return withDetail(thrown, `whether trustpoint ${name} holds it could not be read; nothing was saved`);
  if (held.length === 0) return withDetail(thrown, `trustpoint ${name} holds no CA certificate`);
  const { fingerprints } = trustpointOf(context, name).authority;
  if (held.some((certificate) => isPinned(certificate, fingerprints)))
    return withDetail(thrown, `trustpoint ${name} holds the pinned CA certificate; nothing was saved`);
  return withDetail(thrown, howItWasLeft(context, name, held), hintToRemove(context, name));
}

function heldIsNotPinned(
  context: StepContext,
  name: string,
  held: readonly ConfiguredCertificate[],
): DeviceError {
  const pins = trustpointOf(context, name).authority.fingerprints;
  const der = held[0]?.der;
  const how = der === undefined ? '' : `: ${comparePins(der, pins)}`;
  return new DeviceError(
    'fingerprint-mismatch',
    `${name}: the CA certificate that the router now holds is not the pinned one${how}`,
    {
      detail: `pinned: ${pins.map(formatFingerprint).join(', ')}\n${howItWasLeft(context, name, held)}`,
      ...(held.length === 0 ? {} : { hint: hintToRemove(context, name) }),
    },
  );
}

function howItWasLeft(context: StepContext, name: string, held: readonly ConfiguredCertificate[]): string {
  const pins = trustpointOf(context, name).authority.fingerprints;
  if (held.length === 0) return `trustpoint ${name} holds no CA certificate`;
  const certificates = held.map(({ head, der }) =>
    der === undefined ? head : `${head}, ${tellHashes(der, pins)}`,
  );
  return [
    `left in the running configuration, not saved: trustpoint ${name} with ${certificates.join('; ')}`,
    `to remove it: configure terminal, ${removal(context, name)} (answer yes; the key pair stays), end`,
    'a reload without saving discards it, too; so does a later trustfleet enroll with --replace-ca <this device>',
  ].join('\n');
}

function hintToRemove(context: StepContext, name: string): string {
  return `the router holds it, unsaved: remove it (${removal(context, name)}) or reload without saving; then compare the fingerprints with the CA’s operator: somebody may answer in its place`;
}

/** The one way that IOS has for a CA certificate, in the router's own word. */
function removal({ session }: StepContext, name: string): string {
  return `no crypto ${dialectOf(session)} trustpoint ${name}`;
}

function withDetail(thrown: unknown, detail: string, hint?: string): unknown {
  if (!(thrown instanceof DeviceError)) return thrown;
  return new DeviceError(thrown.code, thrown.message, {
    detail: `${thrown.detail}\n${detail}`.trim(),
    hint: hint ?? thrown.hint,
    cause: thrown,
  });
}

/** The lines that `authenticateCa` types. */
export function foreseeAuthenticate(device: Device, trustpoint: Trustpoint): readonly ForeseenLine[] {
  const { name, authority } = trustpoint;
  const command = authenticateCommand({
    trustpoint: name,
    pins: authority.fingerprints,
    isPasted: isCaPasted(trustpoint),
    ...(isByFiles(trustpoint) ? { transfer: transferOf({ device }, trustpoint, 'ca') } : {}),
  });
  return [...foreseeConversation(command), ...foreseeLook(ACCEPTED)];
}
