import { checkCertificates } from './check-certificates.ts';
import { checkChallenge } from './check-challenge.ts';
import { checkClock } from './check-clock.ts';
import { checkExpiry } from './check-expiry.ts';
import { checkMessages } from './check-messages.ts';
import { checkReach } from './check-reach.ts';
import type { AuthorityFacts } from './facts.ts';
import { DOCTOR_CHECKS, type DoctorCheck, type DoctorFinding } from './finding.ts';
import type { Wants } from './wants.ts';

/**
 * Everything that was seen of a CA, held against what the fleet wants of it. Pure. Every check of DOCTOR_CHECKS has a
 * finding, in that order: what could not be looked at is `skip`.
 */
export function examine(wants: Wants, facts: AuthorityFacts, now: Date): readonly DoctorFinding[] {
  const found = [
    ...checkReach(facts),
    ...checkCertificates(wants, facts),
    ...checkExpiry(wants, facts, now),
    ...checkMessages(wants, facts),
    ...checkChallenge(wants, facts.challenge, now),
    ...checkClock(wants, facts),
  ];
  return (Object.keys(DOCTOR_CHECKS) as DoctorCheck[]).flatMap((check) => {
    const own = found.filter((finding) => finding.check === check);
    return own.length > 0 ? own : [notLooked(check, found)];
  });
}

function notLooked(check: DoctorCheck, found: readonly DoctorFinding[]): DoctorFinding {
  const cause = found.find((one) => one.status === 'fail' && one.check !== 'challenge')?.check;
  return {
    check,
    status: 'skip',
    says: cause === undefined ? 'nothing to look at' : `not looked at, because of ${cause}`,
  };
}
