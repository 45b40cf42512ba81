import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { CertificatesUnreadableError, readCertificates } from '../pki/certificate-bag.ts';
import { describeName } from '../pki/names.ts';
import { formatPem } from '../pki/pem.ts';
import type { Answer, Courier, Delivery, Errand } from './errand.ts';
import { CourierError } from './errors.ts';
import { judge } from './judge.ts';

export interface CommandCourierOptions {
  /** Program and arguments; no shell. It reads the request as PEM and writes the certificate, PEM, DER or PKCS#7. */
  readonly argv: readonly string[];
  readonly now: () => Date;
  /** How much later the CA's clock may be, in milliseconds; five minutes. */
  readonly maxSkewMs?: number;
  /** When the program is killed; a minute. */
  readonly timeoutMs?: number;
  /** How long to wait before it is asked again after it said that there is no answer yet; a minute. */
  readonly pollMs?: number;
}

/** EX_TEMPFAIL of sysexits.h: the request was taken, and there is no certificate yet. */
export const NOT_YET = 75;

const LARGEST_OUTPUT = 1024 * 1024;
const LONGEST_STDERR = 2000;

/**
 * Hands a request to a program of the operator's. It learns whose it is from TRUSTFLEET_DEVICE, TRUSTFLEET_TRUSTPOINT and
 * TRUSTFLEET_HALF, and ends with {@link NOT_YET} when the certificate will come later; it must bear being asked again.
 */
export class CommandCourier implements Courier {
  readonly #options: Required<CommandCourierOptions>;

  constructor(options: CommandCourierOptions) {
    this.#options = { maxSkewMs: 5 * 60_000, timeoutMs: 60_000, pollMs: 60_000, ...options };
  }

  async deliver(errand: Errand, signal: AbortSignal): Promise<Delivery> {
    signal.throwIfAborted();
    const output = await this.#run(errand, signal);
    if (output === undefined) return { kind: 'waiting', passedOver: [] };
    const { argv, now, maxSkewMs } = this.#options;
    const from = `the output of ${argv[0] ?? ''}`;
    const certificates = read(output, from);
    const answer = judge(errand, [{ from, certificates }], { now: now(), maxSkewMs });
    if (answer === undefined) {
      const names = certificates.map(({ subject }) => describeName(subject)).join('; ');
      throw new CourierError('other-key', `${names} in ${from}`);
    }
    return { kind: 'answered', answer };
  }

  async wait(errand: Errand, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const delivery = await this.deliver(errand, signal);
      if (delivery.kind === 'answered') return delivery.answer;
      await pause(this.#options.pollMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** The program hands out an answer by itself; nothing is left to take back. */
  async settle(): Promise<void> {}

  #run({ device, trustpoint, half, request }: Errand, signal: AbortSignal): Promise<Buffer | undefined> {
    const { argv, timeoutMs } = this.#options;
    const [program = '', ...parameters] = argv;
    const env = {
      ...process.env,
      TRUSTFLEET_DEVICE: device,
      TRUSTFLEET_TRUSTPOINT: trustpoint,
      TRUSTFLEET_HALF: half ?? '',
    };
    const how = {
      env,
      signal,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: LARGEST_OUTPUT,
    } as const;
    return new Promise((resolve, reject) => {
      const child = execFile(
        program,
        parameters,
        { ...how, encoding: 'buffer', windowsHide: true },
        (error, stdout, stderr) => {
          if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
          else if (error === null) resolve(stdout);
          else if (error.code === NOT_YET) resolve(undefined);
          else reject(failure(error, program, stderr.toString('utf8')));
        },
      );
      // A program that does not read its input may be gone before the end of it arrives.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(formatPem(request.der, 'CERTIFICATE REQUEST'));
    });
  }
}

/** Node's own message is not used: it quotes the arguments. */
function failure(
  { code, signal }: { code?: string | number | null; signal?: string | null },
  program: string,
  stderr: string,
): CourierError {
  const how =
    typeof code === 'number'
      ? `ended with exit status ${code}`
      : `failed (${code ?? signal ?? 'no reason known'})`;
  return new CourierError('command-failed', `${program} ${how}`, {
    detail: stderr.trim().slice(-LONGEST_STDERR),
  });
}

function read(output: Buffer, from: string) {
  try {
    return readCertificates(output);
  } catch (thrown) {
    if (!(thrown instanceof CertificatesUnreadableError)) throw thrown;
    throw new CourierError('answer-unreadable', `${from}, ${thrown.message}`, { cause: thrown });
  }
}
