import { plural } from '../report/outcomes.ts';
import { unspentByDevice } from '../run/state/device-states.ts';
import type { StateStore } from '../run/state/store.ts';

/** So many are named. */
const MOST = 20;

/** What a run that ends leaves of challenge passwords that may be unspent: the CA counts them, and their devices wait. */
export function unspentLines(store: StateStore, run: string, now: Date): readonly string[] {
  const left = [...unspentByDevice(store, now)].flatMap(([device, challenges]) =>
    challenges.filter((challenge) => challenge.run === run).map((challenge) => ({ device, ...challenge })),
  );
  if (left.length === 0) return [];
  const lines = left.slice(0, MOST).map(({ device, trustpoint, authority, until }) => {
    const end = until === undefined ? 'nobody knows until when' : `until ${until}`;
    return `  ${device} ${trustpoint}, ${authority}: ${end}`;
  });
  return [
    `${plural(left.length, 'challenge password')} of this run may be unspent; no other one is asked for these devices before that ends (--forget-challenge):`,
    ...lines,
    ...(left.length > MOST ? [`  and ${left.length - MOST} more: trustfleet status`] : []),
  ];
}
