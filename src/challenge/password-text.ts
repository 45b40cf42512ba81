import { DeviceError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

const LONGEST = 128;

/**
 * A challenge password that was just obtained, as a Secret that every redactor knows from this moment.
 * Throws DeviceError `challenge-unavailable` when a router's terminal could not take it.
 */
export function acquiredChallenge(value: string, from: string): Secret {
  const secret = Secret.acquired(value, from);
  checkChallenge(secret, from);
  return secret;
}

/** Throws DeviceError `challenge-unavailable` when the router's password question could not take the value. */
export function checkChallenge(secret: Secret, from: string): void {
  const problem = challengeProblem(secret.reveal());
  if (problem === undefined) return;
  throw new DeviceError('challenge-unavailable', `the challenge from ${from} cannot be typed: ${problem}`, {
    detail: 'A router reads the challenge at its password question, from a line of plain ASCII.',
    hint: 'have the CA give out another challenge password; letters and digits always work',
  });
}

/**
 * What keeps a challenge from being typed at a router's password question, or undefined. Nothing of the value is in
 * the text. `?` opens the help on a Cisco terminal, and control characters edit the line.
 */
export function challengeProblem(value: string): string | undefined {
  if (value === '') return 'it is empty';
  if (value.length > LONGEST) return `it is ${value.length} characters long, at most ${LONGEST} are taken`;
  if (/\p{Cc}/u.test(value)) return 'it holds a control character';
  if (/[^ -~]/.test(value)) return 'it holds a character that is not ASCII';
  if (value.includes('?')) return 'it holds a question mark, which asks a router for help';
  if (value !== value.trim()) return 'it begins or ends with a blank';
  return undefined;
}
