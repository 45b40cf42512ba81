import { setMaxListeners } from 'node:events';
import type { JumpHost } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import { JumpRoute, type JumpTarget } from './jump-route.ts';
import type { Way } from './way.ts';

/**
 * The connections to jump hosts that a run holds: one for many devices, another when it is full, a new one when it was
 * lost. What a jump host refused for good (a login, a host key) is not tried a second time.
 */
export class JumpHostPool {
  readonly #routes = new Map<string, JumpRoute>();
  readonly #closed = new AbortController();

  constructor() {
    setMaxListeners(0, this.#closed.signal); // every connection listens
  }

  /**
   * Opens a stream to `target` behind the last of `hosts`. Not to be called without hosts. Throws DeviceErrors that
   * name the hop at fault: `unreachable`, `host-key-unknown`, `jump-host-refused` and the like, or `interrupted`.
   */
  async dial(hosts: readonly JumpHost[], target: JumpTarget): Promise<Way> {
    if (this.#closed.signal.aborted)
      throw new DeviceError('interrupted', 'the connections to jump hosts are closed');
    return this.#route(hosts).reach(target);
  }

  /** Ends all connections, and with them everything that goes through them. */
  close(): void {
    this.#closed.abort();
  }

  #route(hosts: readonly JumpHost[]): JumpRoute {
    const identity = JSON.stringify(hosts.map(identityOf));
    const known = this.#routes.get(identity);
    if (known !== undefined) return known;
    const [last, ...before] = hosts.toReversed();
    if (last === undefined) throw new Error('a way without a jump host');
    const outer = before.length === 0 ? undefined : this.#route(before.toReversed());
    const route = new JumpRoute(last, outer, this.#closed.signal);
    this.#routes.set(identity, route);
    return route;
  }
}

/** Two jump hosts are one when they are the same in everything; of a secret its reference counts. */
function identityOf({ password, privateKey, passphrase, ...rest }: JumpHost): unknown {
  const secrets = [password, privateKey, passphrase].map((secret) => secret?.reference);
  return [Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)), secrets];
}
