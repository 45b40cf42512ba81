import { formatDuration } from '../domain/duration.ts';
import type { Evidence, Verdict } from './verify.ts';

export function checkRouterClock(evidence: Evidence): Verdict {
  return checkAt(evidence, evidence.routerNow, 'the router’s clock was not read');
}

export function checkOurClock(evidence: Evidence): Verdict {
  return checkAt(evidence, evidence.now, 'our clock was not read');
}

/**
 * A certificate begins by its CA's clock, which may be ahead of the one that looks; so the start, and only the
 * start, is measured with the tolerance, and what it saves is said.
 */
function checkAt({ identity, maxSkewMs }: Evidence, at: Date | undefined, unread: string): Verdict {
  if (typeof identity === 'string') {
    return { status: 'unknown', expected: 'within the validity', actual: identity };
  }
  const { notBefore, notAfter } = identity;
  const expected = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  if (at === undefined || Number.isNaN(at.getTime())) return { status: 'unknown', expected, actual: unread };
  const actual = at.toISOString();
  const early = notBefore.getTime() - at.getTime();
  if (early > maxSkewMs) return { status: 'fail', expected, actual: `${actual}, not yet valid` };
  if (at > notAfter) return { status: 'fail', expected, actual: `${actual}, expired` };
  if (early > 0) return { status: 'note', expected, actual: `${actual}, valid in ${formatDuration(early)}` };
  return { status: 'pass', expected, actual };
}
