import { DeviceError } from '../../domain/errors.ts';
import { formatFingerprint } from '../../domain/fingerprint.ts';
import { authenticate } from '../../ios/dialogues/authenticate.ts';
import { comparablePins } from '../pins.ts';
import { type StepContext, trustpointOf } from './context.ts';

/**
 * The router fetches the CA certificate and shows its fingerprint; only the pinned one is accepted.
 * Throws DeviceError `fingerprint-mismatch`, `fingerprint-unreadable` or `ca-unreachable`.
 */
export async function authenticateCa(
  context: StepContext,
  name: string,
  note: (text: string) => void,
): Promise<void> {
  const { session, device, signal } = context;
  const trustpoint = trustpointOf(context, name);
  const pins = await comparablePins(trustpoint.authority, name, signal);
  const { shown, alreadyAuthenticated } = await authenticate(session, {
    trustpoint: name,
    pins,
    timeoutMs: Math.max(device.timeouts.command, CA_FETCH_MS),
  });
  if (alreadyAuthenticated) {
    throw new DeviceError(
      'plan-conflict',
      `${name}: the router says it holds a CA certificate that it did not show before`,
    );
  }
  note(`the router showed the pinned fingerprint ${shown.map(formatFingerprint).join(', ')}`);
}

/** The router gives up on a CA that does not answer after up to a minute; it must be heard out. */
const CA_FETCH_MS = 150_000;
