import type {
  AuthenticationType,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
  ParsedKey,
} from 'ssh2';
import ssh2 from 'ssh2';
import { DeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';

export interface Credentials {
  readonly username: string;
  readonly password?: Secret;
  /** PEM or OpenSSH text of the private key, and what opens it. */
  readonly privateKey?: Secret;
  readonly passphrase?: Secret;
}

/**
 * One login. The server is asked for its methods first; then the key is tried, then the password, by whichever of
 * `password` and `keyboard-interactive` the server takes. The password goes out once in all: a second try
 * of a wrong one locks accounts.
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
  readonly #methodsTried = new Set<AuthenticationType>();
  #passwordSent = false;

  /** Throws DeviceError `login-refused` when the private key cannot be opened. */
  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#key = openKey(credentials);
  }

  /** ssh2 asks for the next method here; `false` ends the login. */
  readonly next: AuthHandlerMiddleware = (methodsLeft: AuthenticationType[] | null, _partial, next) => {
    const { username, password } = this.#credentials;
    // Without a list we have not asked yet.
    if (methodsLeft === null) return next('none');
    const mayTry = (type: AuthenticationType): boolean =>
      methodsLeft.includes(type) && !this.#methodsTried.has(type);
    if (this.#key !== undefined && mayTry('publickey')) {
      this.#try('publickey');
      return next({ type: 'publickey', username, key: this.#key });
    }
    if (password !== undefined && !this.#passwordSent && mayTry('password')) {
      this.#try('password');
      this.#passwordSent = true;
      return next({ type: 'password', username, password: password.reveal() });
    }
    if (password !== undefined && !this.#passwordSent && mayTry('keyboard-interactive')) {
      this.#try('keyboard-interactive');
      return next(this.#interactive(username, password));
    }
    this.problem ??= this.attempted
      ? undefined
      : `the server takes ${methodsLeft.join(', ') || 'no method'} only`;
    return next(false as never);
  };

  stop(problem: string): void {
    this.problem ??= problem;
    this.onStop();
  }

  #try(type: AuthenticationType): void {
    this.#methodsTried.add(type);
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

function openKey({ privateKey, passphrase }: Credentials): ParsedKey | undefined {
  if (privateKey === undefined) return undefined;
  const parsed = ssh2.utils.parseKey(privateKey.reveal(), passphrase?.reveal());
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error || key === undefined || !key.isPrivateKey()) {
    const why = key instanceof Error ? key.message : 'it holds no private key';
    throw new DeviceError(
      'login-refused',
      `the private key from ${privateKey.describe()} cannot be used: ${why}`,
    );
  }
  return key;
}
