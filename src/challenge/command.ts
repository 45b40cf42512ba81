import { execFile } from 'node:child_process';
import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import { DeviceError, toDeviceError } from '../domain/errors.ts';
import type { ChallengeSpec, Trustpoint } from '../domain/trustpoint.ts';
import type { ChallengeMint, MintOutcome } from './mint.ts';
import { acquiredChallenge } from './password-text.ts';

const TIMEOUT = 30_000;
const LARGEST_OUTPUT = 64 * 1024;
const LONGEST_STDERR = 2_000;

/**
 * Runs a program of the operator's, without a shell; the single line it prints is the challenge. It learns the device
 * from TRUSTFLEET_DEVICE, TRUSTFLEET_FQDN, TRUSTFLEET_HOST and TRUSTFLEET_TRUSTPOINT.
 */
export function commandMint(
  { argv, validityMs }: Pick<Extract<ChallengeSpec, { kind: 'command' }>, 'argv' | 'validityMs'>,
  from: string,
  { timeoutMs = TIMEOUT }: { readonly timeoutMs?: number } = {},
): ChallengeMint {
  return {
    capacity: Number.POSITIVE_INFINITY,
    atOnce: Number.POSITIVE_INFINITY,
    // The program made it for this device; whether the CA takes it from another one is not ours to know.
    reuse: 'same-request',
    async mint(device, trustpoint, signal): Promise<MintOutcome> {
      const ran = await run(argv, from, { device, trustpoint, signal, timeoutMs });
      return typeof ran === 'string' ? outcomeOf(ran, from, validityMs) : ran;
    },
  };
}

type Refusal = Extract<MintOutcome, { kind: 'refused' }>;

interface Circumstances {
  readonly device: Device;
  readonly trustpoint: Trustpoint;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

function run(
  [program = '', ...parameters]: readonly string[],
  from: string,
  { device, trustpoint, signal, timeoutMs }: Circumstances,
): Promise<string | Refusal> {
  const env = {
    ...process.env,
    TRUSTFLEET_DEVICE: device.name,
    TRUSTFLEET_FQDN: device.fqdn,
    TRUSTFLEET_HOST: device.host,
    TRUSTFLEET_TRUSTPOINT: trustpoint.name,
  };
  const options = {
    env,
    signal,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: LARGEST_OUTPUT,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    const child = execFile(program, parameters, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else resolve(refusal(error, { from, program, stderr, timeoutMs, stopped: signal.aborted }));
    });
    // A program that does not read its input may be gone before the end of it arrives.
    child.stdin?.on('error', () => {});
    child.stdin?.end();
  });
}

/** A program that ended by itself and said that it failed has made none. */
function refusal(
  error: { code?: string | number | null; signal?: string | null },
  about: Parameters<typeof failure>[1],
): Refusal {
  const endedBySelf = typeof error.code === 'number' || ['ENOENT', 'EACCES'].includes(error.code ?? '');
  return { kind: 'refused', error: failure(error, about), final: false, perhapsMinted: !endedBySelf };
}

/** Node's own message is not used: it quotes the arguments. Nor is stdout, which may hold half a password. */
function failure(
  { code, signal }: { code?: string | number | null; signal?: string | null },
  about: { from: string; program: string; stderr: string; timeoutMs: number; stopped: boolean },
): DeviceError {
  const { from, program, stderr, timeoutMs, stopped } = about;
  if (stopped) return new DeviceError('interrupted', `${from} was stopped`);
  return new DeviceError('challenge-unavailable', `${from}: ${program} ${reason()}`, {
    detail: stderr.trim() === '' ? 'It wrote nothing to stderr.' : stderr.trim().slice(-LONGEST_STDERR),
    hint: 'run the command by hand with the TRUSTFLEET_ variables set; it must print the challenge alone, on one line',
  });

  function reason(): string {
    if (typeof code === 'number') return `ended with exit status ${code}`;
    if (code === 'ENOENT') return 'was not found';
    if (code === 'EACCES') return 'may not be executed';
    if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed too much';
    if (signal === 'SIGKILL') return `did not end within ${formatDuration(timeoutMs)}`;
    return `failed (${code ?? signal ?? 'no reason known'})`;
  }
}

function outcomeOf(output: string, from: string, validityMs: number | undefined): MintOutcome {
  try {
    const password = readLine(output, from);
    return { kind: 'minted', password: { password, ...(validityMs === undefined ? {} : { validityMs }) } };
  } catch (error) {
    // It may have been a password that cannot be typed.
    return {
      kind: 'refused',
      error: toDeviceError(error),
      final: false,
      perhapsMinted: output.trim() !== '',
    };
  }
}

function readLine(output: string, from: string) {
  const line = output.replace(/\r?\n$/, '');
  const lines = line.split('\n').length;
  if (lines > 1) {
    throw new DeviceError('challenge-unavailable', `${from} printed ${lines} lines instead of one`, {
      hint: 'have the command print the challenge alone; what it has to say to a person belongs to stderr',
    });
  }
  return acquiredChallenge(line, from);
}
