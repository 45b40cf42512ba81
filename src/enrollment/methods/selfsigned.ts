import { enrollSelfSigned, enrollSelfSignedCommand } from '../../ios/dialogues/enroll-selfsigned.ts';
import { type ForeseenLine, foreseeConversation } from '../../ios/foreseen.ts';
import type { ConfiguredTrustpoint } from '../../ios/show/running-pki.ts';
import type { Action } from '../plan.ts';
import { type StepContext, trustpointOf } from '../steps/context.ts';

type Enroll = Extract<Action, { kind: 'enroll' }>;

/** Other trustpoints of a router whose self-signed certificate would go: it keeps one only. */
export function selfSigningOthers(
  trustpoints: readonly ConfiguredTrustpoint[],
  name: string,
): readonly string[] {
  return trustpoints
    .filter((other) => other.name !== name && other.lines.some((line) => SELF_SIGNING.test(line)))
    .map((other) => other.name);
}

const SELF_SIGNING = /^\s*enrollment selfsigned\b/;

/** The request of a trustpoint to itself; nobody is asked for a challenge. */
export function planSigning(
  trustpoint: string,
  others: readonly ConfiguredTrustpoint[],
  { why, replaces }: Pick<Enroll, 'why' | 'replaces'>,
): Enroll {
  const mayReplace = selfSigningOthers(others, trustpoint);
  return {
    kind: 'enroll',
    why,
    trustpoint,
    challenge: false,
    ...(replaces === undefined ? {} : { replaces }),
    ...(mayReplace.length === 0 ? {} : { mayReplace }),
  };
}

/** Has the router sign its own certificate: it is there when the dialogue ends. Throws what `enrollSelfSigned` throws. */
export async function signItself(
  context: StepContext,
  action: Enroll,
  note: (text: string) => void,
): Promise<void> {
  const { session, device } = context;
  const timeoutMs = Math.max(device.timeouts.command, device.timeouts.keygen);
  await enrollSelfSigned(session, { ...optionsOf(context, action), timeoutMs });
  const { mayReplace = [] } = action;
  const instead = mayReplace.length === 0 ? '' : `; that of ${mayReplace.join(', ')} made way for it`;
  note(`the router signed its own certificate${instead}`);
}

/** The lines that `signItself` types. */
export function foreseeSelfSigning(
  context: Pick<StepContext, 'device'>,
  action: Enroll,
): readonly ForeseenLine[] {
  return foreseeConversation(enrollSelfSignedCommand(optionsOf(context, action)));
}

function optionsOf(context: Pick<StepContext, 'device'>, { trustpoint, replaces, mayReplace = [] }: Enroll) {
  const { name, serialNumber, ipAddress } = trustpointOf(context, trustpoint);
  const reenroll = replaces !== undefined;
  return {
    trustpoint: name,
    serialNumber,
    ipAddress,
    reenroll,
    mayReplace: reenroll ? [name, ...mayReplace] : mayReplace,
  };
}
