import { DeviceError } from '../domain/errors.ts';
import { hostKeyFingerprint, type KnownHosts, keyType } from './known-hosts.ts';
import { appendKnownHost, readKnownHosts } from './known-hosts-file.ts';

export interface HostKeyOptions {
  readonly host: string;
  readonly port: number;
  readonly knownHosts: string;
  readonly acceptNewHostKeys: boolean;
  readonly onNewHostKey?: (key: { readonly type: string; readonly fingerprint: string }) => void;
}

/** Decides once, for one connection, whether the host key is the right one. */
export class HostKeyCheck {
  /** Why the key was refused. */
  refusal: DeviceError | undefined;
  readonly #options: HostKeyOptions;
  readonly #known: KnownHosts;
  #toRemember: Buffer | undefined;

  private constructor(options: HostKeyOptions, known: KnownHosts) {
    this.#options = options;
    this.#known = known;
  }

  /** Throws DeviceError `host-key-unknown` when the file cannot be read. */
  static async prepare(options: HostKeyOptions): Promise<HostKeyCheck> {
    try {
      return new HostKeyCheck(options, await readKnownHosts(options.knownHosts));
    } catch (thrown) {
      throw fileProblem('read', options.knownHosts, thrown);
    }
  }

  /** Key types the host is known by. */
  get knownTypes(): readonly string[] {
    return this.#known.keyTypes(this.#options.host, this.#options.port);
  }

  accepts(key: Buffer): boolean {
    const { host, port, knownHosts, acceptNewHostKeys } = this.#options;
    const status = this.#known.check(host, port, key);
    if (status === 'known') return true;
    if (status === 'unknown' && acceptNewHostKeys) {
      this.#toRemember = key;
      return true;
    }
    const shown = `${keyType(key)} ${hostKeyFingerprint(key)}`;
    this.refusal =
      status === 'unknown'
        ? new DeviceError('host-key-unknown', `${host}:${port} shows ${shown}, which is not in ${knownHosts}`)
        : new DeviceError('host-key-changed', this.#changedMessage(status, shown));
    return false;
  }

  /** Writes an accepted new key down. Called when the server has proved that the key is its own (RFC 4253, 8). */
  async remember(): Promise<void> {
    const key = this.#toRemember;
    if (key === undefined) return;
    const { host, port, knownHosts } = this.#options;
    try {
      await appendKnownHost(knownHosts, { host, port, key });
    } catch (thrown) {
      throw fileProblem('write', knownHosts, thrown);
    }
    this.#options.onNewHostKey?.({ type: keyType(key), fingerprint: hostKeyFingerprint(key) });
  }

  #changedMessage(status: 'changed' | 'revoked' | 'unknown', shown: string): string {
    const { host, port, knownHosts } = this.#options;
    if (status === 'revoked') return `${host}:${port} shows ${shown}, which ${knownHosts} marks as revoked`;
    return `${host}:${port} shows ${shown}; ${knownHosts} knows it by another key (${this.knownTypes.join(', ')})`;
  }
}

function fileProblem(verb: string, file: string, thrown: unknown): DeviceError {
  const why = (thrown as NodeJS.ErrnoException).code ?? String(thrown);
  return new DeviceError('host-key-unknown', `cannot ${verb} ${file}: ${why}`, { cause: thrown });
}
