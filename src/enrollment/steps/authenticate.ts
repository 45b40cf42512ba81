import { DeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import type { Trustpoint } from '../../domain/trustpoint.ts';
import { authenticate, authenticateCommand } from '../../ios/dialogues/authenticate.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import { foreseeLook, look } from '../look.ts';
import { comparablePins, isPinned } from '../pins.ts';
import { type StepContext, trustpointOf } from './context.ts';

/** The router gives up on a CA that does not answer after up to a minute; it must be heard out. */
const CA_FETCH_MS = 150_000;
/** Where the accepted certificate is read back. */
const ACCEPTED = ['running'] as const;

/**
 * The router fetches the CA certificate and shows its fingerprint; only the pinned one is accepted. What it then holds
 * is read back and compared with every pin, SHA256 too, before anything is asked of that CA.
 * Throws DeviceError `fingerprint-mismatch`, `fingerprint-unreadable` or `ca-unreachable`.
 */
export async function authenticateCa(
  context: StepContext,
  name: string,
  note: (text: string) => void,
): Promise<void> {
  const { session, device, signal } = context;
  const { authority } = trustpointOf(context, name);
  const { shown } = await authenticate(session, {
    trustpoint: name,
    pins: await comparablePins(authority, name, signal),
    timeoutMs: Math.max(device.timeouts.command, CA_FETCH_MS),
  });
  const { running } = await look(session, ACCEPTED, { trustpoints: [name], keypairs: [] });
  const held = running.chains.find(({ trustpoint }) => trustpoint === name)?.certificates ?? [];
  if (
    !held.some((certificate) => certificate.kind === 'ca' && isPinned(certificate, authority.fingerprints))
  ) {
    throw new DeviceError(
      'fingerprint-mismatch',
      `${name}: the CA certificate that the router now holds is not the pinned one`,
      { detail: `pinned: ${authority.fingerprints.map(formatFingerprint).join(', ')}` },
    );
  }
  note(`the router showed the pinned fingerprint ${shown.map(formatFingerprint).join(', ')}`.trim());
}

/** The lines that `authenticateCa` types. */
export function foreseeAuthenticate({ name, authority }: Trustpoint): readonly ForeseenLine[] {
  const command = authenticateCommand({ trustpoint: name, pins: authority.fingerprints });
  return [...foreseeConversation(command), ...foreseeLook(ACCEPTED)];
}
