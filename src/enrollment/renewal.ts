import { formatDuration } from '../domain/duration.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { RenewBefore, Trustpoint } from '../domain/trustpoint.ts';
import { decodeCertificate } from '../pki/decode.ts';
import type { TrustpointView } from './observation.ts';

/** Whether a trustpoint's certificate is to be renewed now, with the reason. Pure; time is an argument. */
export function decideRenewal(
  trustpoint: Trustpoint,
  view: TrustpointView,
  before: RenewBefore,
  now: Date,
): RenewalDecision {
  const decide = (decision: RenewalDecision['decision'], reason: string): RenewalDecision => ({
    trustpoint: trustpoint.name,
    decision,
    reason,
  });
  if (view.stage === 'pending') return decide('pending', 'a request is already pending at the CA');
  if (view.identity?.der === undefined) {
    return decide(
      'no-certificate',
      'there is no certificate to renew; trustfleet enroll makes the first one',
    );
  }
  const { notBefore, notAfter } = decodeCertificate(view.identity.der);
  const left = notAfter.getTime() - now.getTime();
  const until = notAfter.toISOString().slice(0, 10);
  if (left <= 0) return decide('expired', `it ended on ${until}; only trustfleet enroll can replace it`);
  const margin = marginOf(before, notAfter.getTime() - notBefore.getTime());
  if (left > margin) {
    return decide(
      'not-due',
      `${formatDuration(left)} left until ${until}; due ${formatDuration(margin)} before`,
    );
  }
  const caEnds = earliestCaEnd(view);
  if (caEnds !== undefined && caEnds <= notAfter) {
    return decide(
      'ca-expires-first',
      `the CA certificate itself ends on ${caEnds.toISOString().slice(0, 10)}`,
    );
  }
  return decide('due', `${formatDuration(left)} left until ${until}`);
}

/** How long before its end a certificate of the given life is due, in milliseconds. */
function marginOf(before: RenewBefore, lifeMs: number): number {
  return before.kind === 'duration' ? before.milliseconds : (lifeMs * before.percent) / 100;
}

function earliestCaEnd({ authorities }: TrustpointView): Date | undefined {
  const ends = authorities
    .filter(({ kind, der }) => kind === 'ca' && der !== undefined)
    .map(({ der }) => decodeCertificate(der ?? new Uint8Array()).notAfter);
  return ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
}
