import { type Fingerprint, formatFingerprint } from '../../domain/fingerprint.ts';
import type { PrintedCertificate } from '../../domain/printed-certificate.ts';
import type { IosServer } from '../../domain/trustpoint.ts';
import { grantCommand, requestsCommands } from '../../ios/dialogues/certificate-server.ts';
import { type StepContext, trustpointOf } from './context.ts';

/** Before the certificate server is looked at once more for a request that it did not hold, in milliseconds. */
const LOOK_AGAIN_MS = [2_000, 5_000, 10_000, 30_000] as const;

/** Grants the requests of one trustpoint while it waits for them, where the inventory has us do so. */
export class PendingGrants {
  readonly #context: StepContext;
  readonly #server: IosServer | undefined;
  readonly #granted: string[] = [];
  readonly #done = new Set<string>();
  #looks = 0;
  #nextAt = 0;
  #left: string | undefined;

  constructor(context: StepContext, trustpoint: string) {
    this.#context = context;
    this.#server = trustpointOf(context, trustpoint).authority.grant;
  }

  /** What was granted, or why nothing was; undefined where nobody asked us to. */
  get told(): string | undefined {
    return this.#granted.length > 0 ? this.#granted.join('; ') : this.#left;
  }

  /** Looks at the certificate server for requests that the router shows as pending. Throws DeviceError `grant-refused`. */
  async look(pending: readonly PrintedCertificate[]): Promise<void> {
    const { serverGrants, monotonic, signal } = this.#context;
    const server = this.#server;
    if (server === undefined || pending.length === 0 || monotonic() < this.#nextAt) return;
    if (serverGrants === undefined) {
      this.#left = 'nothing was granted: nobody here logs in to certificate servers';
      return;
    }
    for (const { requestFingerprints } of pending) {
      const identity = identityOf(requestFingerprints);
      if (this.#done.has(identity)) continue;
      const answer = await serverGrants.grant(server, requestFingerprints, signal);
      if (answer.kind === 'granted') {
        this.#done.add(identity);
        this.#granted.push(
          `granted as request ${answer.id} by certificate server ${server.server} of ${server.device}: its fingerprint ${identity} is the one the router printed`,
        );
      } else this.#left = `nothing was granted: ${answer.why}`;
    }
    this.#nextAt = monotonic() + (LOOK_AGAIN_MS[this.#looks] ?? LOOK_AGAIN_MS[3]);
    this.#looks += 1;
  }
}

function identityOf(fingerprints: readonly Fingerprint[]): string {
  return fingerprints.map(formatFingerprint).join(', ');
}

/** What is typed elsewhere for a request that waits, for people; undefined where nothing is. */
export function foreseeGrant({ grant }: { readonly grant?: IosServer }): string | undefined {
  if (grant === undefined) return undefined;
  const [list] = requestsCommands(grant.server);
  const granted = grantCommand(grant.server, 0).replace(/0$/, '<id>');
  return `while the request is pending, on ${grant.device}: ${list}, then ${granted} for the request whose fingerprint this router printed, and for no other`;
}
