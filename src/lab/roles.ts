import type { ClockStart } from './router/clock.ts';
import type { RouterFault } from './router/faults.ts';
import type { Release } from './router/personality.ts';
import type { CertificateAge, StateName } from './states.ts';

/** What one router of the lab is like before anybody works on it. */
export interface Role {
  readonly name: string;
  readonly site: string;
  readonly release: Release;
  readonly serialNumber: string;
  /** Of the login; below 15 `enable` is needed. */
  readonly privilege: number;
  readonly clock: ClockStart;
  readonly ntpDelayMs: number;
  readonly faults: readonly RouterFault[];
  /** A certificate it holds already. */
  readonly certificate?: CertificateAge;
  /** What else it may hold when it starts. */
  readonly state?: StateName;
  /** Configuration lines it has besides. */
  readonly running?: readonly string[];
  /** Somebody answers in the CA's place. */
  readonly intercepted: boolean;
  /** One line for people, when there is something to tell. */
  readonly story?: string;
}

const SITES = ['Lyon', 'Porto', 'Turin', 'Ghent', 'Graz', 'Malmo', 'Cork', 'Brno'] as const;
const RIGHT_CLOCK: ClockStart = { start: 'system', authoritative: true };

/** The parts of the demo, by the router's number. */
const DEMO: Readonly<Record<number, Partial<Role>>> = {
  4: { certificate: { daysOld: 40, daysLeft: 325 }, story: 'already enrolled, nothing to do' },
  6: { certificate: { daysOld: 353, daysLeft: 12 }, story: 'its certificate ends in 12 days' },
  8: { clock: { start: 'unset', authoritative: false }, story: 'its clock stands in 1993' },
  11: { intercepted: true, story: 'somebody answers in the CA’s place: must be refused' },
};

/** The cast for a lab: one router a release given. The same seed gives the same cast. */
export function rolesOf(
  releases: readonly Release[],
  scenario: 'plain' | 'demo',
  seed: number,
): readonly Role[] {
  const random = mulberry32(seed);
  return releases.map((release, index) => {
    const number = index + 1;
    const role: Role = {
      name: `br-${String(number).padStart(4, '0')}`,
      site: SITES[index % SITES.length] ?? 'Lyon',
      release,
      serialNumber: `FTX${String(1000 + Math.floor(random() * 9000))}L${String(number).padStart(3, '0')}`,
      privilege: random() < 0.25 ? 1 : 15,
      clock: scenario === 'plain' && random() < 0.2 ? { start: 'unset', authoritative: false } : RIGHT_CLOCK,
      ntpDelayMs: 200 + Math.floor(random() * 300),
      faults: [],
      intercepted: false,
    };
    return scenario === 'demo' ? { ...role, ...DEMO[number] } : role;
  });
}

/** A small seeded generator: no secret depends on it. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
