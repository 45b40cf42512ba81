import path from 'node:path';
import type { ChallengeSource } from '../challenge/source.ts';
import type { JumpHostPool } from '../dialogue/jump-hosts.ts';
import type { SshMemory } from '../dialogue/ssh-memory.ts';
import { connectSsh } from '../dialogue/ssh-transport.ts';
import { openTranscript, Transcript } from '../dialogue/transcript.ts';
import type { Consent } from '../domain/consent.ts';
import type { Device } from '../domain/device.ts';
import { DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Monotonic } from '../domain/monotonic.ts';
import type { DeviceResult } from '../domain/result.ts';
import type { DeviceOutcome } from '../domain/step.ts';
import type { Authority } from '../domain/trustpoint.ts';
import { inItsOwnWords } from '../ios/dialect/dialect.ts';
import { openSession, type Session } from '../ios/session.ts';
import type { Renderer } from '../template/render.ts';
import type { CaLookup } from './ca-lookup.ts';
import type { ServerGrants } from './ca-router/server-grants.ts';
import type { Couriers } from './couriers.ts';
import type { BackupFile } from './guard/backup.ts';
import { remembering } from './guard/heard.ts';
import type { TftpServers } from './methods/tftp-files.ts';
import type { Observation } from './observation.ts';
import { FIRST_READS } from './observe.ts';
import type { Plan } from './plan.ts';
import type { DeviceRecord, StepEvent } from './record.ts';
import type { RevocationLookup } from './revocation.ts';
import type { StepContext } from './steps/context.ts';

/** What a job needs besides its device. */
export interface JobOptions {
  readonly renderer: Renderer;
  readonly challenges: { for(authority: Authority): ChallengeSource };
  /** Trust on first use for hosts that are not in known_hosts. */
  readonly acceptNewHostKeys: boolean;
  /** Consent to `Overwrite the previous NVRAM configuration?` after an image change. */
  readonly allowOverwriteNvram: boolean;
  /** What the operator allowed for a device, by its name in the inventory. */
  readonly consents: (device: string) => ReadonlySet<Consent>;
  /** Remembers what devices with `algorithms: auto` need; without it they are probed each time. */
  readonly sshMemory?: SshMemory;
  /** Shares the connections to jump hosts among devices; without it each device has its own. */
  readonly jumpHosts?: JumpHostPool;
  /** Shares among devices the ways to CAs that are offline; without it each device has its own. */
  readonly couriers?: Couriers;
  /** Shares TFTP servers among devices: one address has one; without it each device has its own. */
  readonly tftp?: TftpServers;
  /** Shares among devices what this machine sees of the CAs; without it each device looks for itself. */
  readonly caLookup?: Pick<CaLookup, 'certificates'>;
  /** Is given the DER of every certificate that goes into the result, and of its chain. Must not throw. */
  readonly keepCertificate?: (der: Uint8Array) => void;
  /**
   * Keeps what a router was before its first change. Rejects with DeviceError `state-unwritable`, and the router is not
   * touched.
   */
  readonly backUp?: (device: string, files: readonly BackupFile[]) => Promise<void>;
  /** The run comes back to requests that wait for so long, in milliseconds: nobody has to stay for them. */
  readonly waitMs?: number;
  /** Grants requests at certificate servers, for authorities that want it; without it they wait for somebody. */
  readonly serverGrants?: ServerGrants;
  /** Shares among devices the CAs' lists of revoked certificates; without it each device fetches them. */
  readonly revocationLookup?: Pick<RevocationLookup, 'look'>;
  /** For stamps, and for what has to do with dates. */
  readonly now: () => Date;
  /** For durations and deadlines; `performance.now` unless given. */
  readonly monotonic?: Monotonic;
  /** Ends the job; its reason may be a DeviceError that says why. */
  readonly signal: AbortSignal;
  /** Folder for `<device>.txt`; no transcript is written without it. */
  readonly transcriptDir?: string;
  readonly onStep: (event: StepEvent) => void;
  /**
   * Looks at what was found and is about to be done, before anything is typed that changes the router. Throws DeviceError
   * when that is not what was agreed on.
   */
  readonly approve?: (device: Device, found: Observation, plan: Plan) => void;
  /** 1 unless given; a further attempt writes a transcript of its own. */
  readonly attempt?: number;
}

type Outcome = Exclude<DeviceOutcome, 'failed' | 'interrupted'>;

/** Opens a session, lets `work` use it, closes it whatever happens, and makes a result of it all. Never rejects. */
export async function withSession(
  device: Device,
  options: JobOptions,
  record: DeviceRecord,
  work: (context: StepContext) => Promise<Outcome>,
): Promise<DeviceResult> {
  let outcome: Outcome = 'skipped';
  let session: Session | undefined;
  let transcript: Transcript | undefined;
  try {
    transcript = startTranscript(device, options, record);
    const connected = await connect(device, options, record, transcript);
    session = connected.session;
    const monotonic = options.monotonic ?? (() => performance.now());
    outcome = await work({ ...options, monotonic, device, ...connected });
  } catch (thrown) {
    const error = causeOf(thrown, options.signal);
    record.fail(error);
    explainHowItWasLeft(record);
    transcript?.note(`failed as ${error.code}: ${error.message}`);
  } finally {
    await session?.close();
    closeQuietly(transcript, record);
  }
  return record.result(outcome);
}

function connect(
  device: Device,
  { acceptNewHostKeys, sshMemory, jumpHosts, signal }: JobOptions,
  record: DeviceRecord,
  transcript: Transcript,
): Promise<Pick<StepContext, 'session' | 'heard'>> {
  return record.step('connect', undefined, async (note) => {
    const { ssh, timeouts, host, port } = device;
    const { enable: _, algorithms, ...login } = ssh;
    const transport = await connectSsh({
      ...login,
      host,
      port,
      acceptNewHostKeys,
      algorithms,
      memory: { device: device.name, ...(sshMemory === undefined ? {} : { kept: sshMemory }) },
      connectTimeoutMs: timeouts.connect,
      loginTimeoutMs: timeouts.login,
      ...(jumpHosts === undefined ? {} : { jumpHosts }),
      signal,
      onNewHostKey: ({ fingerprint }) => {
        record.notes.push(`new host key ${fingerprint} was trusted on first use and added to known_hosts`);
      },
      onNote: (text) => record.notes.push(text),
    });
    const { heard, ...remembered } = remembering(
      // Every job looks at the router first, unless there is a guard to ask about before.
      await openSession({
        device,
        transport,
        transcript,
        signal,
        typesAhead: ssh.typeAhead ?? true,
        reads: device.guard === undefined ? FIRST_READS : [],
      }),
      () => record.typing(),
    );
    const session = inItsOwnWords(remembered.session);
    const { kex, hostKey, cipher } = transport.negotiated;
    note(`${session.hostname}${through(device)}, ${kex}, ${hostKey}, ${cipher}`);
    return { session, heard };
  });
}

function through({ ssh: { via = [] } }: Device): string {
  return via.length === 0 ? '' : ` through ${via.map(({ name }) => name).join(', ')}`;
}

function startTranscript(
  device: Device,
  { transcriptDir, now, attempt = 1 }: JobOptions,
  record: DeviceRecord,
): Transcript {
  const header = { device: device.name, host: `${device.host}:${device.port}`, startedAt: now() };
  if (transcriptDir === undefined) return new Transcript({ header });
  record.transcript = path.join(
    transcriptDir,
    attempt === 1 ? `${device.name}.txt` : `${device.name}.attempt-${attempt}.txt`,
  );
  try {
    return openTranscript(record.transcript, header);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('state-unwritable', `the transcript cannot be written: ${why}`, { cause });
  }
}

/** A transcript that could not be written to its end, on a full disk for instance, fails no device. */
function closeQuietly(transcript: Transcript | undefined, record: DeviceRecord): void {
  try {
    transcript?.close();
  } catch (thrown) {
    record.notes.push(`the transcript is incomplete: ${toDeviceError(thrown).message}`);
  }
}

/** An abort's own reason says more than the error it caused somewhere below. */
function causeOf(thrown: unknown, signal: AbortSignal): DeviceError {
  return signal.aborted && signal.reason instanceof DeviceError ? signal.reason : toDeviceError(thrown);
}

const NOT_SAVED = 'not saved to its startup configuration';

function explainHowItWasLeft(record: DeviceRecord): void {
  if (record.wasLeft !== undefined) {
    record.notes.push(record.wasLeft);
    return;
  }
  const changes = record.changesMade();
  const halfDone = record.halfDone();
  if (changes.length === 0) {
    const left = halfDone === undefined ? 'nothing was changed' : 'no step was finished';
    record.notes.push(`${left} on the router`);
  } else if (!changes.some((change) => change.startsWith('save'))) {
    const how = record.isSavedInPart ? 'saved to its startup configuration only in part' : NOT_SAVED;
    record.notes.push(`changed on the router, ${how}: ${changes.join('; ')}`);
  }
  if (halfDone !== undefined) record.notes.push(`may be half done: ${halfDone}`);
}
