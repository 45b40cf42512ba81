import { homedir } from 'node:os';
import path from 'node:path';
import { Secret, type SecretReference } from '../domain/secret.ts';
import { dotted, type Path, type PlaceFinder } from './place.ts';
import type { SecretReferenceInput } from './schema-secret.ts';
import { rememberOrigin, type SecretOrigin, type SecretUse } from './secret-place.ts';

/** The file that is being read: paths in it are relative to its folder, secrets remember their place in it. */
export class Origin {
  readonly #file: string;
  readonly #places: PlaceFinder;
  readonly #files = new Set<string>();

  constructor(file: string, places: PlaceFinder) {
    this.#file = file;
    this.#places = places;
  }

  /** Everything that {@link resolve} was asked for. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** Absolute; a leading `~/` is the home directory. */
  resolve(written: string): string {
    const expanded = /^~(?:\/|$)/.test(written) ? path.join(homedir(), written.slice(1)) : written;
    const file = path.resolve(path.dirname(this.#file), expanded);
    this.#files.add(file);
    return file;
  }

  /** The place of a value, for problems that are found after the tree was read. */
  place(at: Path): SecretOrigin['place'] {
    return { file: this.#file, ...this.#places.value(at), key: dotted(at) };
  }

  secret(reference: SecretReferenceInput, at: Path, use: SecretUse): Secret {
    const placed = (): SecretOrigin['place'] => this.place(at);
    const origin: SecretOrigin = {
      // Looked for when something is wrong with the secret.
      get place() {
        return placed();
      },
      use,
    };
    return rememberOrigin(new Secret(this.#reference(reference)), origin);
  }

  #reference({ env, file, command, prompt }: SecretReferenceInput): SecretReference {
    if (env !== undefined) return { kind: 'env', name: env };
    if (file !== undefined) return { kind: 'file', path: this.resolve(file) };
    if (command !== undefined) return { kind: 'command', argv: command };
    return { kind: 'prompt', text: prompt ?? '' };
  }
}
