import { deepFreeze } from '../domain/deep-freeze.ts';
import type { JumpHost, SshSettings } from '../domain/device.ts';
import type { InputProblem } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { agentSetting, buildKeepalive, JUMP_HOST_DEFAULTS, type JumpHosts } from './build-jump-host.ts';
import type { Origin } from './origin.ts';
import { rememberOrigin } from './secret-place.ts';
import type { ConfigReference, SshLevel } from './settings.ts';
import type { HostConfig, JumpText } from './ssh-config-host.ts';
import type { SshConfigs } from './ssh-configs.ts';

/** Where a device is reached and how one logs in. */
export interface Access {
  readonly host: string;
  readonly port: number;
  readonly ssh: SshSettings;
}

/** What an OpenSSH configuration adds where the inventory says nothing. */
interface Found {
  readonly username?: string | undefined;
  readonly privateKey?: Secret | undefined;
  readonly knownHosts?: string | undefined;
  readonly via?: readonly JumpHost[] | undefined;
}

/** Longer ways through ProxyJump are a circle. */
const LONGEST_WAY = 16;

/** Builds the SSH settings of devices; what the inventory says wins over an OpenSSH configuration. */
export class SshBuilder {
  readonly #origin: Origin;
  readonly #jumpHosts: JumpHosts;
  readonly #configs: SshConfigs;
  readonly #shared = new WeakMap<SshLevel, SshSettings>();
  readonly #keys = new Map<string, Secret>();

  constructor(origin: Origin, jumpHosts: JumpHosts, configs: SshConfigs) {
    this.#origin = origin;
    this.#jumpHosts = jumpHosts;
    this.#configs = configs;
  }

  /** `port` is the device's own, `key` the entry of the inventory it comes from. */
  access(level: SshLevel, host: string, port: number | undefined, key: string): Access {
    if (level.config === undefined || level.config === false) {
      const known = this.#shared.get(level);
      const ssh = known ?? deepFreeze(this.#settings(level, {}));
      this.#shared.set(level, ssh);
      return { host, port: port ?? level.port ?? 22, ssh };
    }
    const found = this.#configs.hostConfig(level.config, host);
    const privateKey = level.privateKey ?? this.#identity(found);
    const via = level.via === undefined ? this.#proxyJump(found, level, level.config) : undefined;
    const ssh = deepFreeze(
      this.#settings(level, {
        username: found.user,
        privateKey,
        knownHosts: found.knownHosts,
        via,
      }),
    );
    this.#checkLogin(ssh, key, level.config);
    return { host: found.hostName ?? host, port: port ?? level.port ?? found.port ?? 22, ssh };
  }

  #settings(level: SshLevel, found: Found): SshSettings {
    const { password, passphrase, enable, agent, keepalive } = level;
    const privateKey = level.privateKey ?? found.privateKey;
    const via = level.via === undefined ? (found.via ?? []) : this.#jumpHosts.way(level.via);
    return {
      username: level.username ?? found.username ?? '',
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...agentSetting(agent),
      ...(enable === undefined ? {} : { enable }),
      knownHosts: level.knownHosts ?? found.knownHosts ?? this.#origin.resolve('known_hosts'),
      algorithms: level.algorithms ?? 'modern',
      ...(level.typeAhead === undefined ? {} : { typeAhead: level.typeAhead }),
      ...(keepalive === undefined ? {} : { keepalive: buildKeepalive(keepalive) }),
      ...(via.length === 0 ? {} : { via }),
    };
  }

  /** One Secret for one file, so that it is read once. */
  #identity({ identityFile }: HostConfig): Secret | undefined {
    if (identityFile === undefined) return undefined;
    const { path, setting } = identityFile;
    const known = this.#keys.get(path);
    if (known !== undefined) return known;
    const place = { file: setting.file, line: setting.line };
    const secret = rememberOrigin(new Secret({ kind: 'file', path }), { place, use: 'private-key' });
    this.#keys.set(path, secret);
    return secret;
  }

  /** The first hop is reached as its own ProxyJump says, the others through the one before: as OpenSSH does it. */
  #proxyJump(
    { proxyJump }: HostConfig,
    level: SshLevel,
    config: ConfigReference,
    depth = 0,
  ): readonly JumpHost[] | undefined {
    if (proxyJump === undefined) return undefined;
    const { hops, setting } = proxyJump;
    const place = { file: setting.file, line: setting.line };
    const [first] = hops;
    if (first === undefined) return [];
    if (depth >= LONGEST_WAY) {
      this.#configs.report({
        ...place,
        message: 'ProxyJump goes in a circle',
        hint: 'leave the jump host out of the pattern: Host * !bastion',
      });
      return [];
    }
    const before = this.#jumpHosts.has(first.host)
      ? this.#jumpHosts.way(first.host).slice(0, -1)
      : (this.#proxyJump(this.#configs.hostConfig(config, first.host), level, config, depth + 1) ?? []);
    return [...before, ...hops.map((hop) => this.#hop(hop, level, config, place))];
  }

  /** A hop that jumpHosts describes under this name is the one described there. */
  #hop(
    { host, user, port }: JumpText,
    level: SshLevel,
    config: ConfigReference,
    place: Pick<InputProblem, 'file' | 'line'>,
  ): JumpHost {
    const described = this.#jumpHosts.has(host) ? this.#jumpHosts.way(host).at(-1) : undefined;
    if (described !== undefined) return described;
    const found = this.#configs.hostConfig(config, host);
    const username = user ?? found.user;
    const privateKey = this.#identity(found);
    const agent = agentSetting(level.agent);
    const problem = (message: string, hint: string): void =>
      this.#configs.report({ ...place, message: `jump host ${host}: ${message}`, hint });
    if (username === undefined)
      problem('nobody says as whom to log in', `write user@${host}, or User under Host ${host}`);
    if (privateKey === undefined && agent.agent === undefined) {
      const hint = `name an IdentityFile that is there, set ssh.agent: true, or describe ${host} under jumpHosts:`;
      problem('neither a key nor an agent', hint);
    }
    const { keepalive } = level;
    return {
      name: host,
      host: found.hostName ?? host,
      port: port ?? found.port ?? 22,
      username: username ?? '',
      ...(privateKey === undefined ? {} : { privateKey }),
      ...agent,
      knownHosts: found.knownHosts ?? level.knownHosts ?? this.#origin.resolve('known_hosts'),
      ...(keepalive === undefined ? {} : { keepalive: buildKeepalive(keepalive) }),
      ...JUMP_HOST_DEFAULTS,
    };
  }

  /** What the rules for devices leave open where a configuration may still say it. */
  #checkLogin(
    { username, password, privateKey, agent }: SshSettings,
    key: string,
    config: ConfigReference,
  ): void {
    if (!this.#configs.isSound(config)) return;
    const place = this.#origin.place(['devices', key]);
    const there = `for it in ${config.file}`;
    if (username === '') this.#configs.report({ ...place, message: `no ssh.username, nor a User ${there}` });
    if (password !== undefined || privateKey !== undefined || agent !== undefined) return;
    const message = `no ssh.password, ssh.privateKey or ssh.agent, nor an IdentityFile ${there} that is there`;
    this.#configs.report({ ...place, message });
  }
}
