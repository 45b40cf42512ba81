import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { examine } from '../../src/doctor/examine.ts';
import type { AuthorityFacts } from '../../src/doctor/facts.ts';
import { DOCTOR_CHECKS, type DoctorCheck, type DoctorFinding } from '../../src/doctor/finding.ts';
import { lookAtAuthority } from '../../src/doctor/look.ts';
import { type ChallengeLookOptions, lookAtChallenge } from '../../src/doctor/look-challenge.ts';
import { makePollKey } from '../../src/doctor/poll.ts';
import { type LastSeen, type Wants, wantsOf } from '../../src/doctor/wants.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { openSecrets } from '../../src/inventory/secrets.ts';
import { LabCa, type LabCaOptions } from '../../src/lab/ca/lab-ca.ts';
import { LAB_NDES_ACCOUNT } from '../../src/lab/ca/ntlm-acceptor.ts';

export const ACCOUNT = `${LAB_NDES_ACCOUNT.domain}\\${LAB_NDES_ACCOUNT.user}`;

/** What of the inventory a test wants otherwise than a right one would have it. */
export interface Change {
  readonly url?: string;
  readonly ra?: boolean;
  readonly fingerprint?: string | readonly string[];
  readonly challenge?: unknown;
  readonly trustpoint?: Readonly<Record<string, unknown>>;
  readonly clock?: Readonly<Record<string, unknown>>;
}

/** An inventory of two routers for a CA of the lab, as text. */
export function inventoryText(
  ca: Pick<LabCa, 'profile' | 'enrollmentUrl' | 'adminUrl' | 'authority'>,
  change: Change = {},
): string {
  const ndes = {
    url: ca.adminUrl,
    username: ACCOUNT,
    password: { env: 'NDES' },
    auth: 'ntlm',
    allowInsecure: true,
  };
  return stringify({
    defaults: {
      domain: 'example.net',
      ssh: { username: 'netops', password: { env: 'LOGIN' }, knownHosts: './known_hosts' },
      clock: { timezone: 'UTC', ntp: ['192.0.2.1'], ...change.clock },
    },
    authorities: {
      'branch-ca': {
        scep: { url: change.url ?? ca.enrollmentUrl, ra: change.ra ?? ca.profile === 'ndes' },
        fingerprint: change.fingerprint ?? ca.authority.pins,
        challenge: change.challenge ?? (ca.profile === 'ndes' ? { ndes } : 'none'),
      },
    },
    trustpoints: {
      BRANCH: {
        authority: 'branch-ca',
        key: { type: 'rsa', size: 2048 },
        subject: 'CN={{fqdn}},O=Example',
        revocationCheck: ['none'],
        ...change.trustpoint,
      },
    },
    devices: {
      'br-1': { host: '192.0.2.11', trustpoints: ['BRANCH'] },
      'br-2': { host: '192.0.2.12', trustpoints: ['BRANCH'] },
    },
  });
}

export interface Asked extends Change {
  readonly seen?: ReadonlyMap<string, LastSeen>;
  readonly releases?: readonly string[];
  readonly now?: () => Date;
  readonly source?: Partial<ChallengeLookOptions>;
}

export interface Found {
  readonly wants: Wants;
  readonly facts: AuthorityFacts;
  readonly findings: readonly DoctorFinding[];
  /** The statuses of a check's findings, in their order. */
  readonly status: (check: DoctorCheck) => string;
  readonly finding: (check: DoctorCheck) => DoctorFinding;
}

/** Making one is the slowest thing of a look. */
const pollKey = makePollKey();

/** What the doctor finds at a CA of the lab. */
export async function doctor(ca: LabCa, asked: Asked = {}): Promise<Found> {
  const wants = await wantsFor(ca, asked);
  const { now = () => new Date(), source } = asked;
  const { signal } = new AbortController();
  const facts = await lookAtAuthority(wants, {
    now,
    signal,
    key: await pollKey,
    challenge: () => lookAtChallenge(wants, { now, signal, visit: false, unspent: 0, ...source }),
  });
  return foundFrom(wants, facts, now());
}

export function foundFrom(wants: Wants, facts: AuthorityFacts, now: Date): Found {
  const findings = examine(wants, facts, now);
  const of = (check: DoctorCheck) => findings.filter((one) => one.check === check);
  return {
    wants,
    facts,
    findings,
    status: (check) =>
      of(check)
        .map(({ status }) => status)
        .join(' '),
    finding(check) {
      const [first] = of(check).toSorted((a, b) => rank(a) - rank(b));
      if (first === undefined) throw new Error(`nothing of ${check}`);
      return first;
    },
  };
}

const rank = ({ status }: DoctorFinding): number => ['fail', 'warn', 'pass', 'skip'].indexOf(status);

/** The checks that did not pass, with their status. */
export function troubles({ findings }: Found): Partial<Record<DoctorCheck, string>> {
  const order = Object.keys(DOCTOR_CHECKS) as DoctorCheck[];
  const bad = findings.filter(({ status }) => status === 'warn' || status === 'fail');
  return Object.fromEntries(
    order.flatMap((check) => {
      const [first] = bad.filter((one) => one.check === check);
      return first === undefined ? [] : [[check, first.status]];
    }),
  );
}

export async function wantsFor(ca: LabCa, asked: Asked = {}): Promise<Wants> {
  const folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-doctor-'));
  try {
    const file = path.join(folder, 'inventory.yaml');
    await writeFile(file, inventoryText(ca, asked));
    const { devices } = await loadInventory(file);
    const env = { LOGIN: 'x-login', NDES: LAB_NDES_ACCOUNT.password, DAILY: 'x-daily-value' };
    await openSecrets(devices, { env, ask: () => Promise.reject(new Error('nobody asks here')) });
    const [wants] = wantsOf(devices, asked.seen ?? new Map(), asked.releases);
    if (wants === undefined) throw new Error('the inventory has no trustpoint');
    return wants;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function startCa(profile: LabCaOptions['profile'], more: Partial<LabCaOptions> = {}): Promise<LabCa> {
  return LabCa.start({ profile, challenge: 'OTP-1', ...more });
}

/** A router that a run saw today. */
export function seenWith(release: string, more: Partial<LastSeen> = {}): LastSeen {
  return { release, at: new Date(), lives: new Map(), ...more };
}
