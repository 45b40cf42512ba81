import { ownerOf } from '../domain/generation.ts';
import type { DeviceResult } from '../domain/result.ts';
import { type RenewalOrders, waitForCapacity } from '../enrollment/renewal.ts';
import { plural } from '../report/outcomes.ts';
import { RenewalAllotment, type RenewalWish } from '../run/renewal-allotment.ts';
import type { FleetInHand } from './fleet-command.ts';

type Trustpoints = FleetInHand['devices'][number]['trustpoints'];
type MayRenew = NonNullable<RenewalOrders['mayRenew']>;

/** Who of a fleet that was read may be renewed in one run, where CAs take so many only: the most urgent first. */
export class RenewalPlaces {
  readonly #capacities: ReadonlyMap<string, number>;
  readonly #wishes: readonly RenewalWish[];
  readonly #allotment: RenewalAllotment;

  /** `read`: what the reading of each device came to. */
  constructor(
    devices: FleetInHand['devices'],
    read: ReadonlyMap<string, DeviceResult>,
    capacities: ReadonlyMap<string, number>,
  ) {
    this.#capacities = capacities;
    this.#wishes = devices.flatMap(({ name, trustpoints }) => wishesOf(trustpoints, read.get(name)));
    this.#allotment = new RenewalAllotment(capacities, this.#wishes);
  }

  for(device: string): MayRenew {
    return ({ name, authority }) =>
      this.#allotment.mayRenew({ device, trustpoint: name, authority: authority.name });
  }

  /** A sentence for each CA. */
  told(): readonly string[] {
    return [...this.#capacities].map(([name, capacity]) => {
      const due = this.#wishes.filter(({ authority }) => authority === name).length;
      if (due === 0) return `${name}: no certificate to be renewed now`;
      const all = `${name}: ${plural(due, 'certificate')} due`;
      return due <= capacity
        ? `${all}, all renewed now`
        : `${all}, the ${capacity} that end first renewed now`;
    });
  }
}

function wishesOf(trustpoints: Trustpoints, result: DeviceResult | undefined): readonly RenewalWish[] {
  if (result === undefined) return [];
  return result.decisions.flatMap(({ trustpoint, decision }) => {
    const authority = ownerOf(trustpoints, trustpoint)?.authority.name;
    const held = result.certificates.find((certificate) => certificate.trustpoint === trustpoint);
    if (decision !== 'due' || authority === undefined || held === undefined) return [];
    return [{ device: result.device, trustpoint, authority, notAfter: held.notAfter }];
  });
}

/** What was decided, with those sent to wait that have no place. */
export function withoutPlaces(
  result: DeviceResult,
  trustpoints: Trustpoints,
  mayRenew: MayRenew,
): DeviceResult {
  const decisions = result.decisions.map((decision) => {
    const trustpoint = generationIn(trustpoints, decision.trustpoint);
    if (decision.decision !== 'due' || trustpoint === undefined || mayRenew(trustpoint)) return decision;
    return waitForCapacity(decision, trustpoint);
  });
  return { ...result, decisions };
}

/** A trustpoint as it is called on the router. */
function generationIn(trustpoints: Trustpoints, name: string): Trustpoints[number] | undefined {
  const owner = ownerOf(trustpoints, name);
  return owner === undefined ? undefined : { ...owner, name };
}

/** All conversations of a reading, in their order: the work on a device comes behind them. */
export function conversationsOf(read: DeviceResult | undefined): readonly string[] {
  if (read === undefined) return [];
  const { transcript, earlierTranscripts = [] } = read;
  return [...earlierTranscripts, ...(transcript === undefined ? [] : [transcript])];
}
