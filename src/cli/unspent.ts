import { wrap } from '../report/columns.ts';
import { plural } from '../report/outcomes.ts';
import { unspentByDevice } from '../run/state/device-states.ts';
import type { StateStore } from '../run/state/store.ts';

/** What to do about them: the same wherever they are told of. */
export const UNSPENT_NEXT =
  'run again (--resume, --last): each router is read first, and one that made a request or got a certificate with its password is settled. Another one is asked for when the first has expired, or with --forget-challenge <device>';

/** So many are named. */
const MOST = 20;

/** What a run that ends leaves of challenge passwords that may be unspent: the CA counts them, and their devices wait. */
export function unspentLines(
  store: StateStore,
  run: string,
  { now, width }: { readonly now: Date; readonly width: number },
): readonly string[] {
  const left = [...unspentByDevice(store, now)].flatMap(([device, challenges]) =>
    challenges.filter((challenge) => challenge.run === run).map((challenge) => ({ device, ...challenge })),
  );
  if (left.length === 0) return [];
  const lines = left.slice(0, MOST).map(({ device, trustpoint, authority, until }) => {
    const end = until === undefined ? 'nobody knows until when' : `until ${until}`;
    return `  ${device} ${trustpoint}, ${authority}: ${end}`;
  });
  return [
    ...wrap(
      `${plural(left.length, 'challenge password')} of this run may be unspent: ${UNSPENT_NEXT}`,
      width,
    ),
    ...lines,
    ...(left.length > MOST ? [`  and ${left.length - MOST} more: trustfleet status`] : []),
  ];
}
