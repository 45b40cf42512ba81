/** Where a secret's value comes from. The inventory holds references, never values. */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'acquired'; readonly from: string };

type SecretListener = (value: string) => void;

const known = new Set<string>();
const listeners = new Set<SecretListener>();

/**
 * Tells `listener` of every secret value this process knows now or will learn later.
 * The redactor subscribes here, so that no secret can be used without its being redacted.
 * Returns the function that ends the subscription.
 */
export function onSecretKnown(listener: SecretListener): () => void {
  for (const value of known) listener(value);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * A value that prints as `[redacted]`. It starts as a reference; whoever resolves the reference
 * calls {@link Secret.open}, and the one place that types it calls {@link Secret.reveal}.
 */
export class Secret {
  readonly reference: SecretReference;
  #value: string | undefined;

  constructor(reference: SecretReference) {
    this.reference = reference;
  }

  /** A secret whose value is known already, such as a challenge password a CA just minted. */
  static acquired(value: string, from: string): Secret {
    const secret = new Secret({ kind: 'acquired', from });
    secret.open(value);
    return secret;
  }

  get isOpen(): boolean {
    return this.#value !== undefined;
  }

  /** Gives the secret its value and tells every redactor of it. */
  open(value: string): void {
    this.#value = value;
    if (value === '') return;
    known.add(value);
    for (const listener of listeners) listener(value);
  }

  /** The plain value. Throws an Error when the reference was never resolved (a bug, not an input fault). */
  reveal(): string {
    if (this.#value === undefined) throw new Error(`the secret from ${this.describe()} was not resolved`);
    return this.#value;
  }

  /** Where the value comes from, fit for messages: `environment variable NDES_PASSWORD`. */
  describe(): string {
    const { reference } = this;
    switch (reference.kind) {
      case 'env':
        return `environment variable ${reference.name}`;
      case 'file':
        return `file ${reference.path}`;
      case 'command':
        return `command ${reference.argv[0] ?? ''}`;
      case 'prompt':
        return `prompt "${reference.text}"`;
      case 'acquired':
        return reference.from;
    }
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}
