import type { Conversation } from '../../dialogue/exchange.ts';
import { DeviceError } from '../../domain/errors.ts';
import { explainRefusal, type findOutcome } from '../refusals.ts';

/** All that a router said in a conversation, its log messages last, as an error shows it. */
export function allSaid({ text, syslog }: Pick<Conversation, 'text' | 'syslog'>): string {
  return [text.trim(), ...syslog].join('\n');
}

/** A command about a trustpoint that the router refused, with the cause and the remedy. */
export function refusedFor(
  trustpoint: string,
  refusal: NonNullable<ReturnType<typeof findOutcome>>,
  said: string,
): DeviceError {
  return new DeviceError('command-refused', `${trustpoint}: ${refusal.line}`, explainRefusal(refusal, said));
}
