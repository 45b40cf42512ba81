import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { InputProblem } from '../domain/errors.ts';
import type { Setting, SshConfigFile } from './ssh-config-file.ts';

/** What an OpenSSH client configuration says of one host. */
export interface HostConfig {
  readonly hostName?: string;
  readonly port?: number;
  readonly user?: string;
  /** The first of the files named that is there. */
  readonly identityFile?: { readonly path: string; readonly setting: Setting };
  readonly knownHosts?: string;
  /** The way there, first hop first; empty for `none`. */
  readonly proxyJump?: { readonly hops: readonly JumpText[]; readonly setting: Setting };
  readonly problems: readonly InputProblem[];
  readonly warnings: readonly InputProblem[];
}

/** One hop as ProxyJump writes it: `[user@]host[:port]`. */
export interface JumpText {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** Directives that decide whom we meet or how, and that only OpenSSH itself obeys. */
const NOT_OBEYED = new Set(
  [
    'AddressFamily BindAddress BindInterface CanonicalizeHostname CertificateFile Ciphers GSSAPIAuthentication',
    'HostKeyAlgorithms HostKeyAlias IdentityAgent KexAlgorithms KnownHostsCommand MACs PKCS11Provider',
    'PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes RequiredRSASize SecurityKeyProvider',
  ].flatMap((names) => names.toLowerCase().split(' ')),
);

/** Reads what the file says of `host`, which is the name as one would type it behind `ssh`. */
export function readHostConfig(file: SshConfigFile, host: string): HostConfig {
  return new HostReader(file.settingsOf(host), host).read();
}

class HostReader {
  readonly #settings: readonly Setting[];
  readonly #typed: string;
  readonly #problems: InputProblem[] = [];
  #hostName: string | undefined;
  #port: number | undefined;
  #user: string | undefined;

  constructor(settings: readonly Setting[], host: string) {
    this.#settings = settings;
    this.#typed = host;
  }

  read(): HostConfig {
    const hostName = this.#first('hostname');
    this.#hostName = hostName === undefined ? undefined : this.#expanded(hostName, { h: this.#typed });
    this.#port = this.#readPort();
    this.#user = this.#first('user')?.args[0];
    const identityFile = this.#readIdentity();
    const knownHosts = this.#readKnownHosts();
    const proxyJump = this.#readProxy();
    return {
      ...(this.#hostName === undefined ? {} : { hostName: this.#hostName }),
      ...(this.#port === undefined ? {} : { port: this.#port }),
      ...(this.#user === undefined ? {} : { user: this.#user }),
      ...(identityFile === undefined ? {} : { identityFile }),
      ...(knownHosts === undefined ? {} : { knownHosts }),
      ...(proxyJump === undefined ? {} : { proxyJump }),
      problems: this.#problems,
      warnings: this.#settings.filter(({ keyword }) => NOT_OBEYED.has(keyword)).map(notObeyed),
    };
  }

  #first(...keywords: readonly string[]): Setting | undefined {
    return this.#settings.find(({ keyword }) => keywords.includes(keyword));
  }

  #readPort(): number | undefined {
    const setting = this.#first('port');
    if (setting === undefined) return undefined;
    const port = portOf(setting.args[0] ?? '');
    if (port === undefined) this.#problem(setting, 'expected a port from 1 to 65535');
    return port;
  }

  #readIdentity(): HostConfig['identityFile'] {
    for (const setting of this.#settings.filter(({ keyword }) => keyword === 'identityfile')) {
      const [written = ''] = setting.args;
      const file = written.toLowerCase() === 'none' ? undefined : this.#file(setting, written);
      if (file !== undefined && existsSync(file)) return { path: file, setting };
    }
    return undefined;
  }

  #readKnownHosts(): string | undefined {
    const setting = this.#first('userknownhostsfile');
    const [written = ''] = setting?.args ?? [];
    if (setting === undefined || written.toLowerCase() === 'none') return undefined;
    return this.#file(setting, written);
  }

  /** Of ProxyJump and ProxyCommand whichever comes first counts. */
  #readProxy(): HostConfig['proxyJump'] {
    const setting = this.#first('proxyjump', 'proxycommand');
    if (setting === undefined) return undefined;
    const written = setting.args.join(' ');
    if (written.toLowerCase() === 'none') return { hops: [], setting };
    if (setting.keyword === 'proxycommand') {
      this.#problem(setting, 'ProxyCommand is not supported', 'use ProxyJump, or ssh.via in the inventory');
      return undefined;
    }
    const text = this.#expanded({ ...setting, args: [written] }, this.#tokens());
    const hops = text?.split(',').map(jumpText);
    if (hops === undefined) return undefined;
    const known = hops.filter((hop) => hop !== undefined);
    if (known.length === hops.length) return { hops: known, setting };
    this.#problem(setting, 'expected [user@]host[:port], separated by commas');
    return undefined;
  }

  #file(setting: Setting, written: string): string | undefined {
    const text = this.#expanded({ ...setting, args: [written] }, this.#tokens());
    if (text === undefined) return undefined;
    const isOdd = /^~[^/]/.test(text) || text.includes('${');
    if (isOdd)
      this.#problem(setting, `cannot read ${written}`, 'only ~/ is understood, no other user or variable');
    const absolute = text.replace(/^~(?=\/|$)/, homedir());
    return isOdd ? undefined : path.resolve(path.dirname(setting.file), absolute);
  }

  /** ssh_config(5), TOKENS. */
  #tokens(): Readonly<Record<string, string>> {
    return {
      d: homedir(),
      h: this.#hostName ?? this.#typed,
      n: this.#typed,
      p: String(this.#port ?? 22),
      u: userInfo().username,
      ...(this.#user === undefined ? {} : { r: this.#user }),
    };
  }

  #expanded(setting: Setting, tokens: Readonly<Record<string, string>>): string | undefined {
    const unknown: string[] = [];
    const text = (setting.args[0] ?? '').replace(/%(?<token>.?)/g, (whole, token: string) => {
      if (token === '%') return '%';
      if (!Object.hasOwn(tokens, token)) unknown.push(whole);
      return tokens[token] ?? '';
    });
    if (unknown.length === 0) return text;
    this.#problem(setting, `the token ${unknown[0]} is not supported here`);
    return undefined;
  }

  #problem({ file, line }: Setting, message: string, hint?: string): void {
    this.#problems.push({ file, line, message, ...(hint === undefined ? {} : { hint }) });
  }
}

function notObeyed({ file, line, keyword }: Setting): InputProblem {
  const hint = 'what it says has to be said in the inventory, where there is a key for it';
  return { file, line, message: `${keyword} is left out: only OpenSSH itself obeys it`, hint };
}

function jumpText(written: string): JumpText | undefined {
  const parts =
    /^(?:ssh:\/\/)?(?:(?<user>.+)@)?(?:\[(?<bracketed>[^\]]+)\]|(?<plain>[^\s[\]:@]+))(?::(?<port>\d+))?$/.exec(
      written.trim(),
    )?.groups;
  const host = parts?.bracketed ?? parts?.plain;
  if (parts === undefined || host === undefined) return undefined;
  const port = parts.port === undefined ? undefined : portOf(parts.port);
  if (parts.port !== undefined && port === undefined) return undefined;
  return {
    host,
    ...(parts.user === undefined ? {} : { user: parts.user }),
    ...(port === undefined ? {} : { port }),
  };
}

function portOf(text: string): number | undefined {
  const port = Number(text);
  return /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined;
}
