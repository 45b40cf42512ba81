import type { ChallengeSource } from '../../challenge/source.ts';
import type { Consent } from '../../domain/consent.ts';
import type { Device } from '../../domain/device.ts';
import type { Monotonic } from '../../domain/monotonic.ts';
import type { Authority, Trustpoint } from '../../domain/trustpoint.ts';
import type { Session } from '../../ios/session.ts';
import type { Renderer } from '../../template/render.ts';
import type { CaLookup } from '../ca-lookup.ts';
import type { ServerGrants } from '../ca-router/server-grants.ts';
import type { Couriers } from '../couriers.ts';
import type { BackupFile } from '../guard/backup.ts';
import type { Heard } from '../guard/heard.ts';
import type { TftpServers } from '../methods/tftp-files.ts';
import type { RevocationLookup } from '../revocation.ts';

/** What every step needs. */
export interface StepContext {
  readonly device: Device;
  readonly session: Session;
  readonly renderer: Renderer;
  readonly challenges: { for(authority: Authority): ChallengeSource };
  readonly allowOverwriteNvram: boolean;
  /** What the operator allowed for a device, by its name in the inventory. */
  readonly consents: (device: string) => ReadonlySet<Consent>;
  /** Is given the DER of every certificate that was read for the result. */
  readonly keepCertificate?: (der: Uint8Array) => void;
  /** What the router has said to show commands so far. */
  readonly heard: Heard;
  /** Keeps what the router was before its first change. */
  readonly backUp?: (device: string, files: readonly BackupFile[]) => Promise<void>;
  /** The ways to CAs that are offline, shared among devices; without it each device has its own. */
  readonly couriers?: Couriers;
  /** The TFTP servers of a run, shared among devices; without it each device has its own. */
  readonly tftp?: TftpServers;
  /** This machine's look at CAs, shared among devices; without it each device has its own. */
  readonly caLookup?: Pick<CaLookup, 'certificates'>;
  /** The run comes back to requests that wait for so long, in milliseconds: nobody has to stay for them. */
  readonly waitMs?: number;
  /** Grants requests at certificate servers, for authorities that want it; without it they wait for somebody. */
  readonly serverGrants?: ServerGrants;
  /** The CAs' lists of revoked certificates, shared among devices; without it each device fetches them. */
  readonly revocationLookup?: Pick<RevocationLookup, 'look'>;
  /** For stamps, and for what has to do with dates. */
  readonly now: () => Date;
  /** For durations and deadlines. */
  readonly monotonic: Monotonic;
  readonly signal: AbortSignal;
}

export function trustpointOf({ device }: Pick<StepContext, 'device'>, name: string): Trustpoint {
  const trustpoint = device.trustpoints.find((candidate) => candidate.name === name);
  if (trustpoint === undefined) throw new Error(`${device.name} has no trustpoint ${name}`);
  return trustpoint;
}
