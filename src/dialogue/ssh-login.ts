import type {
  AuthenticationType,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
  ParsedKey,
  PasswordAuthMethod,
} from 'ssh2';
import ssh2 from 'ssh2';
import type { SshAgent } from '../domain/device.ts';
import { DeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';

export interface Credentials {
  readonly username: string;
  readonly password?: Secret;
  /** PEM or OpenSSH text of the private key, and what opens it. */
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
  readonly agent?: SshAgent;
}

/** What can be tried, as it is told to people. */
const METHODS = {
  agent: 'publickey (keys of the agent)',
  key: 'publickey (the private key)',
  password: 'password',
  'keyboard-interactive': 'keyboard-interactive',
} as const;
type Method = keyof typeof METHODS;

/** RFC 4251 section 6: names are of printable US-ASCII. */
const METHOD_NAME = /^[\x21-\x7e]{1,64}$/;

/**
 * One login. Where there is nothing but a password it goes out at once; else the server is asked for its methods first, then the
 * keys of the agent are tried, then the key, then the password, by whichever of `password` and `keyboard-interactive` the server
 * takes. No server looks at the password twice: a second try of a wrong one locks accounts.
 */
export class Login {
  /** Something was sent that a server counts as a try. */
  attempted = false;
  /** Why this login cannot go on, where the server's own words do not say it. */
  problem: string | undefined;
  /** Called when the login must end now, with nothing more said to the server. */
  onStop: () => void = () => undefined;
  readonly #credentials: Credentials;
  readonly #key: ParsedKey | undefined;
  readonly #agent: string | undefined;
  readonly #methodsTried = new Set<Method>();
  readonly #methodsOffered = new Set<string>();
  #passwordSent = false;
  /** The password went out before the server had said what it takes. */
  #isBlind = false;
  #agentProblem: string | undefined;

  /** Throws DeviceError `login-refused` when the private key cannot be opened or there is no agent. */
  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#agent = agentSocket(credentials.agent);
    this.#key = openKey(credentials);
  }

  /** ssh2 asks for the next method here; `false` ends the login. */
  readonly next: AuthHandlerMiddleware = (methodsLeft: AuthenticationType[] | null, isPartial, next) => {
    const { username, password } = this.#credentials;
    // Without a list we have not asked yet.
    if (methodsLeft === null) {
      if (password === undefined || this.#agent !== undefined || this.#key !== undefined) return next('none');
      this.#isBlind = true;
      return next(this.#password(username, password));
    }
    this.#learnWhetherLookedAt(methodsLeft, isPartial === true);
    for (const name of methodsLeft.filter((one) => METHOD_NAME.test(one))) this.#methodsOffered.add(name);
    const mayTry = (method: Method, type: AuthenticationType): boolean =>
      methodsLeft.includes(type) && !this.#methodsTried.has(method);
    if (this.#agent !== undefined && mayTry('agent', 'publickey')) {
      this.#try('agent');
      return next({ type: 'agent', username, agent: this.#agent });
    }
    if (this.#key !== undefined && mayTry('key', 'publickey')) {
      this.#try('key');
      return next({ type: 'publickey', username, key: this.#key });
    }
    if (password !== undefined && !this.#passwordSent && mayTry('password', 'password')) {
      return next(this.#password(username, password));
    }
    if (
      password !== undefined &&
      !this.#passwordSent &&
      mayTry('keyboard-interactive', 'keyboard-interactive')
    ) {
      this.#try('keyboard-interactive');
      return next(this.#interactive(username, password));
    }
    this.problem ??= this.#agentProblem;
    if (!this.#wasLookedAt)
      this.problem ??= `the server takes ${[...this.#methodsOffered].join(', ') || 'no method'} only`;
    return next(false as never);
  };

  /** Which methods the server offered and which were tried, in two lines. Nothing else that the server said is in it. */
  get account(): string {
    const offered = [...this.#methodsOffered].join(', ') || 'none that was heard of';
    const tried = [...this.#methodsTried].map((method) => METHODS[method]).join(', ') || 'none';
    return `offered by the server: ${offered}\ntried, once each: ${tried}`;
  }

  stop(problem: string): void {
    this.problem ??= problem;
    this.onStop();
  }

  /** The agent does not answer, or will not sign. The other methods are tried all the same. */
  agentFailed(why: string): void {
    this.#agentProblem = `the SSH agent at ${this.#agent} failed: ${why}`;
  }

  /** One that takes no passwords refuses them unread: its own way of asking for one is the first try. */
  #learnWhetherLookedAt(methods: readonly AuthenticationType[], isPartial: boolean): void {
    if (this.#isBlind && !isPartial && !methods.includes('password')) this.#passwordSent = false;
    this.#isBlind = false;
  }

  /** Something was tried that the server takes. */
  get #wasLookedAt(): boolean {
    const [only, ...more] = this.#methodsTried;
    return this.attempted && (more.length > 0 || only !== 'password' || this.#passwordSent);
  }

  #password(username: string, password: Secret): PasswordAuthMethod {
    this.#try('password');
    this.#passwordSent = true;
    return { type: 'password', username, password: password.reveal() };
  }

  #try(method: Method): void {
    this.#methodsTried.add(method);
    this.attempted = true;
  }

  /** Answers one hidden question for a password, once; anything else ends the login. */
  #interactive(username: string, password: Secret): KeyboardInteractiveAuthMethod {
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _lang, prompts, finish) => {
        const [first] = prompts;
        const text = first?.prompt ?? '';
        const isPassword = prompts.length === 1 && first?.echo !== true && /pass(?:word|code)/i.test(text);
        if (isPassword && !/\bnew\b|change|again|confirm/i.test(text) && !this.#passwordSent) {
          this.#passwordSent = true;
          finish([password.reveal()]);
          return;
        }
        this.stop(
          this.#passwordSent && isPassword ? 'the password was refused' : `the server asked “${text.trim()}”`,
        );
      },
    };
  }
}

function agentSocket(agent: SshAgent | undefined): string | undefined {
  const socket = agent === true ? process.env.SSH_AUTH_SOCK : agent;
  if (agent === true && (socket === undefined || socket === '')) {
    throw new DeviceError('login-refused', 'ssh.agent is on, but SSH_AUTH_SOCK is not set', {
      hint: 'start an SSH agent (ssh-agent, ssh-add), or name its socket: ssh: { agent: path }',
    });
  }
  return socket;
}

function openKey({ privateKey, passphrase, agent }: Credentials): ParsedKey | undefined {
  if (privateKey === undefined) return undefined;
  const parsed = ssh2.utils.parseKey(privateKey.reveal(), passphrase?.reveal());
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key !== undefined && !(key instanceof Error) && key.isPrivateKey()) return key;
  const why = key instanceof Error ? key.message : 'it holds no private key';
  // A public key, or a private one that is locked, names what an agent holds.
  const isForAgent = agent !== undefined && (!(key instanceof Error) || /no passphrase/.test(key.message));
  if (isForAgent) return undefined;
  throw new DeviceError(
    'login-refused',
    `the private key from ${privateKey.describe()} cannot be used: ${why}`,
  );
}
