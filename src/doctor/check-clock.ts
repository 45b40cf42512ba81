import { formatDuration } from '../domain/duration.ts';
import type { AuthorityFacts } from './facts.ts';
import type { DoctorFinding } from './finding.ts';
import type { Wants } from './wants.ts';
import { count, someNames } from './words.ts';

/** The Date header has whole seconds, and it took a while to come. */
const EXACT_TO_MS = 2000;

/** The CA's clock by its web server's Date header, and the routers' as they were last read, against this machine's. */
export function checkClock(
  { maxSkewMs, clocks }: Pick<Wants, 'maxSkewMs' | 'clocks'>,
  { clock }: Pick<AuthorityFacts, 'clock'>,
): readonly DoctorFinding[] {
  return [...(clock === undefined ? [] : [ofCa(clock, maxSkewMs)]), ...ofRouters(clocks, clock, maxSkewMs)];
}

function ofCa({ theirs, ours }: NonNullable<AuthorityFacts['clock']>, maxSkewMs: number): DoctorFinding {
  const offset = theirs.getTime() - ours.getTime();
  const says = `the CA’s clock ${relation(offset)} this machine’s (its HTTP Date, to the second)`;
  if (Math.abs(offset) <= maxSkewMs / 2) return { check: 'clock', status: 'pass', says };
  const harm =
    offset > 0
      ? 'routers with the right time take its certificates for not yet valid'
      : 'its certificates begin and end too early';
  return {
    check: 'clock',
    status: Math.abs(offset) > maxSkewMs ? 'fail' : 'warn',
    says: `${says}: ${harm}`,
    remedy: 'find out which of the two is wrong, and synchronize it (NTP, w32tm)',
  };
}

function ofRouters(
  clocks: Wants['clocks'],
  clock: AuthorityFacts['clock'],
  maxSkewMs: number,
): readonly DoctorFinding[] {
  if (clocks.length === 0) {
    const says = 'no router’s clock is known from earlier runs';
    return [{ check: 'clock', status: 'skip', says, remedy: 'run trustfleet verify to read them' }];
  }
  const ca = clock === undefined ? 0 : clock.theirs.getTime() - clock.ours.getTime();
  const off = clocks
    .filter(({ offsetMs }) => Math.abs(offsetMs - ca) > maxSkewMs)
    .toSorted((a, b) => Math.abs(b.offsetMs - ca) - Math.abs(a.offsetMs - ca));
  const [worst] = off;
  if (worst === undefined) {
    const most = Math.max(...clocks.map(({ offsetMs }) => Math.abs(offsetMs - ca)));
    const says = `${count(clocks.length, 'router')}, as last read, within ${formatDuration(Math.max(1000, Math.ceil(most / 1000) * 1000))} of the CA’s`;
    return [{ check: 'clock', status: 'pass', says }];
  }
  return [
    {
      check: 'clock',
      status: 'warn',
      says: `${count(off.length, 'router')} of ${clocks.length}, as last read, further than ${formatDuration(maxSkewMs)} from the CA’s: ${someNames(off.map(({ device }) => device))}; ${worst.device} ${relation(worst.offsetMs - ca)} it`,
      remedy: 'enroll sets a router’s clock before anything else; see that NTP works there',
    },
  ];
}

function relation(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000) * 1000;
  if (seconds <= EXACT_TO_MS) return 'agrees with';
  return `is ${formatDuration(seconds)} ${offset > 0 ? 'ahead of' : 'behind'}`;
}
