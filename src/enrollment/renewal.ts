import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { RenewBefore, Trustpoint } from '../domain/trustpoint.ts';
import { decodeCertificate } from '../pki/decode.ts';
import { judgeAutoEnroll, type RouterFacts } from './auto-enroll.ts';
import type { TrustpointView } from './observation.ts';
import { dueAt, emergencyAt, isYoung, type Life, leadOf } from './renewal-due.ts';
import { nextOpening, type WindowState, windowAt } from './renewal-windows.ts';

/** One trustpoint of a router, as it was read. */
export interface RenewalCase {
  readonly device: Pick<Device, 'name' | 'zone'>;
  readonly trustpoint: Trustpoint;
  readonly view: TrustpointView;
  readonly router: RouterFacts;
}

/** What a renewal run was told beside the inventory. */
export interface RenewalOrders {
  /** Takes the place of the inventory's rule. */
  readonly before?: RenewBefore;
  readonly ignoreWindows?: boolean;
  /** Whether a trustpoint that is due is among those that its CA has room for; without it all are. */
  readonly mayRenew?: (trustpoint: Trustpoint) => boolean;
}

/** Whether a trustpoint's certificate is to be renewed now, with the reason. Pure; time is an argument. */
export function decideRenewal(
  { device, trustpoint, view, router }: RenewalCase,
  orders: RenewalOrders,
  now: Date,
): RenewalDecision {
  const { name, renew } = trustpoint;
  type Verdict = readonly [RenewalDecision['decision'], string, Partial<RenewalDecision>?];
  const decide = (...[decision, reason, more = {}]: Verdict): RenewalDecision => ({
    trustpoint: name,
    decision,
    reason,
    ...more,
  });
  if (view.stage === 'pending') return decide('pending', 'a request is already pending at the CA');
  if (view.identity?.der === undefined) {
    return decide(
      'no-certificate',
      'there is no certificate to renew; trustfleet enroll makes the first one',
    );
  }
  const { serial, notBefore, notAfter } = decodeCertificate(view.identity.der);
  const life = { device: device.name, trustpoint: name, serial, notBefore, notAfter };
  const left = notAfter.getTime() - now.getTime();
  const until = day(notAfter);
  if (left <= 0) return decide('expired', `it ended on ${until}; only trustfleet enroll can replace it`);

  const lead = leadOf(life, renew, orders.before);
  const due = dueAt(life, lead);
  const isUrgent = emergencyAt(life) <= now;
  const window = windowAt(renew.windows, device.zone ?? 'UTC', now);
  const isDue = due <= now;
  const isLastChance = !isDue && isLastWindow(life, renew.windows, device.zone ?? 'UTC', window, now);
  const caEnd = earliestCaEnd(view);
  const itself = judgeAutoEnroll(trustpoint, view, router, { end: notAfter, caEnd });
  if (itself?.works === true && !(isUrgent && itself.at <= now)) {
    return decide('auto-enroll-will-do-it', `its timer ends on ${minute(itself.at)}`, { dueAt: due });
  }
  const because = itself === undefined ? '' : `; auto-enroll will not do it: ${whyNot(itself)}`;
  const rest = `${formatDuration(left)} left until ${until}`;
  if (!isDue && !isLastChance) {
    if (itself?.works === false) {
      return decide('auto-enroll-will-fail', `${itself.why}; ${rest}, due ${day(due)}`, { dueAt: due });
    }
    const share = lead.spreadMs > 0 ? ` and ${formatDuration(lead.spreadMs)} of the spread` : '';
    return decide('not-due', `${rest}; due ${formatDuration(lead.marginMs)}${share} before`, { dueAt: due });
  }
  if (caEnd !== undefined && caEnd <= notAfter) {
    return decide('ca-expires-first', `the CA certificate itself ends on ${day(caEnd)}`, { dueAt: due });
  }
  if (!window.open && !isUrgent && orders.ignoreWindows !== true) {
    const next =
      window.next === undefined ? 'no window ever opens' : `the next window opens ${minute(window.next)}`;
    return decide('outside-window', `${rest}; ${next}${because}`, {
      dueAt: due,
      ...(window.next === undefined ? {} : { nextWindow: window.next }),
    });
  }
  const hurry = isUrgent ? '; less than a twentieth of its life is left' : '';
  const outside = window.open ? '' : isUrgent ? ', so it waits for no window' : '; windows are ignored';
  const last = isLastChance ? '; no other window opens before its last twentieth' : '';
  const made = decide('due', `${rest}${hurry}${outside}${last}${because}`, { dueAt: due });
  return orders.mayRenew?.(trustpoint) === false ? waitForCapacity(made, trustpoint) : made;
}

/** What becomes of a decision that its CA has no room for in this run. */
export function waitForCapacity(due: RenewalDecision, { authority }: Trustpoint): RenewalDecision {
  const reason = `${due.reason}; more urgent ones take all that ${authority.name} renews in one run`;
  return { ...due, decision: 'waits-for-capacity', reason };
}

/** Not due yet, but this window is the last one before an emergency. A new certificate is left alone all the same. */
function isLastWindow(
  life: Life,
  windows: Trustpoint['renew']['windows'],
  zone: string,
  window: WindowState,
  now: Date,
): boolean {
  if (windows.length === 0 || !window.open || isYoung(life, now)) return false;
  const next = nextOpening(windows, zone, now);
  return next === undefined || next >= emergencyAt(life);
}

function whyNot(itself: NonNullable<ReturnType<typeof judgeAutoEnroll>>): string {
  return itself.works ? `its moment was ${minute(itself.at)}` : itself.why;
}

function earliestCaEnd({ authorities }: TrustpointView): Date | undefined {
  const ends = authorities
    .filter(({ kind, der }) => kind === 'ca' && der !== undefined)
    .map(({ der }) => decodeCertificate(der ?? new Uint8Array()).notAfter);
  return ends.toSorted((a, b) => a.getTime() - b.getTime())[0];
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
