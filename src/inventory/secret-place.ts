import type { InputProblem } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';

/** What a secret is used for decides which characters it may hold. */
export type SecretUse = 'login' | 'private-key' | 'configuration';

export interface SecretOrigin {
  /** File, line, column and key of the reference. */
  readonly place: Omit<InputProblem, 'message' | 'hint'>;
  readonly use: SecretUse;
}

const origins = new WeakMap<Secret, SecretOrigin>();

export function rememberOrigin(secret: Secret, origin: SecretOrigin): Secret {
  origins.set(secret, origin);
  return secret;
}

/** Where the inventory refers to the secret; undefined for a secret that no inventory made. */
export function originOf(secret: Secret): SecretOrigin | undefined {
  return origins.get(secret);
}
