import type { JumpHost, Keepalive, SshAgent } from '../domain/device.ts';
import { milliseconds } from './build-clock.ts';
import { jumpChain, type Via } from './jump-chain.ts';
import type { Origin } from './origin.ts';
import type { JumpHostInput } from './schema-ssh.ts';

export const JUMP_HOST_DEFAULTS = {
  algorithms: 'modern',
  timeouts: { connect: 30_000, login: 30_000 },
  channels: 100,
} as const;

/** The jump hosts of the inventory, and what `via` means among them. */
export class JumpHosts {
  readonly #inputs: Readonly<Record<string, JumpHostInput>>;
  readonly #built = new Map<string, JumpHost>();
  readonly #ways = new Map<string, readonly JumpHost[]>();

  constructor(inputs: Readonly<Record<string, JumpHostInput>>, origin: Origin) {
    this.#inputs = inputs;
    for (const [name, input] of Object.entries(inputs))
      this.#built.set(name, buildJumpHost(name, input, origin));
  }

  has(name: string): boolean {
    return this.#built.has(name);
  }

  /** The way that `via` stands for; the same array for the same way. */
  way(via: Via): readonly JumpHost[] {
    const identity = JSON.stringify(via);
    const known = this.#ways.get(identity);
    if (known !== undefined) return known;
    const chain = jumpChain(via, (name) => (this.has(name) ? this.#inputs[name]?.via : undefined));
    if ('problem' in chain) throw new Error(`not checked before: via ${chain.problem}`);
    const way = chain.names.flatMap((name) => this.#built.get(name) ?? []);
    this.#ways.set(identity, way);
    return way;
  }
}

function buildJumpHost(name: string, input: JumpHostInput, origin: Origin): JumpHost {
  const { password, privateKey, passphrase, agent, keepalive, timeouts } = input;
  const secret = (key: 'password' | 'privateKey' | 'passphrase', reference: typeof password) =>
    reference === undefined
      ? {}
      : {
          [key]: origin.secret(
            reference,
            ['jumpHosts', name, key],
            key === 'privateKey' ? 'private-key' : 'login',
          ),
        };
  return {
    name,
    host: bareAddress(input.host),
    port: input.port ?? 22,
    username: input.username,
    ...secret('password', password),
    ...secret('privateKey', privateKey),
    ...secret('passphrase', passphrase),
    ...agentSetting(typeof agent === 'string' ? origin.resolve(agent) : agent),
    knownHosts: origin.resolve(input.knownHosts ?? 'known_hosts'),
    algorithms: input.algorithms ?? JUMP_HOST_DEFAULTS.algorithms,
    ...(keepalive === undefined ? {} : { keepalive: buildKeepalive(keepalive) }),
    timeouts: {
      connect: orDefault(timeouts?.connect, JUMP_HOST_DEFAULTS.timeouts.connect),
      login: orDefault(timeouts?.login, JUMP_HOST_DEFAULTS.timeouts.login),
    },
    channels: input.channels ?? JUMP_HOST_DEFAULTS.channels,
  };
}

function orDefault(duration: string | undefined, fallback: number): number {
  return duration === undefined ? fallback : milliseconds(duration);
}

/** `[2001:db8::1]` is written so, and dialed without brackets. */
function bareAddress(host: string): string {
  return host.replace(/^\[(?<address>.*)\]$/, '$<address>');
}

export function buildKeepalive({ interval, count }: NonNullable<JumpHostInput['keepalive']>): Keepalive {
  return { intervalMs: milliseconds(interval ?? '30s'), count: count ?? 20 };
}

/** `agent: false` is how a device leaves the agent of its group alone. */
export function agentSetting(agent: string | boolean | undefined): { readonly agent?: SshAgent } {
  return agent === undefined || agent === false ? {} : { agent };
}
