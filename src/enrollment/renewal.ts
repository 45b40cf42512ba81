import type { Device } from '../domain/device.ts';
import { formatDuration } from '../domain/duration.ts';
import type { RenewalDecision } from '../domain/result.ts';
import type { RenewBefore, Trustpoint } from '../domain/trustpoint.ts';
import type { Revocation } from '../pki/crl.ts';
import type { DecodedCertificate } from '../pki/decode.ts';
import { recallCertificate } from '../pki/recall.ts';
import { type AutoEnroll, judgeAutoEnroll, type RouterFacts } from './auto-enroll.ts';
import { caEndsOf } from './ca-ends.ts';
import type { TrustpointView } from './observation.ts';
import { dueAt, emergencyAt, isYoung, type Life, leadOf } from './renewal-due.ts';
import { nextOpening, type WindowState, windowAt } from './renewal-windows.ts';
import type { Rolls } from './rolling.ts';

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
  /** What CAs’ lists say, by trustpoint, where the inventory wants it looked at. */
  readonly revocations?: ReadonlyMap<string, Revocation>;
  /** Of trustpoints whose keys are rolled. */
  readonly rolls?: Rolls;
}

/** Whether a trustpoint's certificate is to be renewed now, with the reason. Pure; time is an argument. */
export function decideRenewal(
  { device, trustpoint, view, router }: RenewalCase,
  orders: RenewalOrders,
  now: Date,
): RenewalDecision {
  const { name } = trustpoint;
  if (view.stage === 'pending') {
    return { trustpoint: name, decision: 'pending', reason: 'a request is already pending at the CA' };
  }
  if (view.identity?.der === undefined) {
    const reason = 'there is no certificate to renew; trustfleet enroll makes the first one';
    return { trustpoint: name, decision: 'no-certificate', reason };
  }
  const { serial, notBefore, notAfter } = firstToEnd(view) ?? recallCertificate(view.identity.der);
  const life = { device: device.name, trustpoint: name, serial, notBefore, notAfter };
  const { signing, first } = caEndsOf(trustpoint, view, router);
  const itself = judgeAutoEnroll(trustpoint, view, router, { life, caEnd: first });
  return decideForLife({ trustpoint, zone: device.zone ?? 'UTC', life, caEnd: signing, itself }, orders, now);
}

/** What a decision needs of a certificate that is there. */
export interface LifeCase {
  readonly trustpoint: Trustpoint;
  /** IANA name of the device's time zone. */
  readonly zone: string;
  readonly life: Life;
  /** Of the CA that signs. */
  readonly caEnd: Date | undefined;
  readonly itself: AutoEnroll | undefined;
}

/** As {@link decideRenewal}, for a certificate that was read. */
export function decideForLife(
  { trustpoint, zone, life, caEnd, itself }: LifeCase,
  orders: RenewalOrders,
  now: Date,
): RenewalDecision {
  const { name, renew } = trustpoint;
  const lead = leadOf(life, renew, orders.before);
  const due = dueAt(life, lead);
  const decide = (
    decision: RenewalDecision['decision'],
    reason: string,
    nextWindow?: Date,
  ): RenewalDecision => ({
    trustpoint: name,
    decision,
    reason,
    dueAt: due,
    ...(nextWindow === undefined ? {} : { nextWindow }),
  });
  const until = day(life.notAfter);
  const left = life.notAfter.getTime() - now.getTime();
  if (left <= 0) return decide('expired', `it ended on ${until}; only trustfleet enroll can replace it`);

  const revocation = orders.revocations?.get(name);
  if (revocation?.status === 'revoked') {
    const { since, reason, listed } = revocation;
    return decide('revoked', `revoked on ${day(since)} (${reason}), says the CA’s list of ${day(listed)}`);
  }
  const rest = `${formatDuration(left)} left until ${until}`;
  const isUrgent = emergencyAt(life) <= now;
  if (itself?.works === true && !(isUrgent && itself.planned <= now)) {
    return decide('auto-enroll-will-do-it', `${rest}; the router’s timer ends on ${minute(itself.at)}`);
  }
  const window = windowAt(renew.windows, zone, now);
  const isDue = due <= now;
  const isLastChance = !isDue && isLastWindow(life, renew.windows, zone, window, now);
  if (!isDue && !isLastChance) {
    if (itself?.works === false)
      return decide('auto-enroll-will-fail', `${itself.why}; ${rest}; due ${day(due)}`);
    const share = lead.spreadMs > 0 ? ` and ${formatDuration(lead.spreadMs)} of the spread` : '';
    return decide('not-due', `${rest}; due ${formatDuration(lead.marginMs)}${share} before`);
  }
  if (caEnd !== undefined && caEnd <= life.notAfter) {
    return decide('ca-expires-first', `the CA certificate itself ends on ${day(caEnd)}`);
  }
  const notItself = itself === undefined ? '' : `; auto-enroll does not do it: ${whyNot(itself)}`;
  if (!window.open && !isUrgent && orders.ignoreWindows !== true) {
    const { next } = window;
    const opens = next === undefined ? 'no window ever opens' : `the next window opens ${minute(next)}`;
    return decide('outside-window', `${rest}; ${opens}${notItself}`, next);
  }
  const hurry = isUrgent ? '; less than a twentieth of its life is left' : '';
  const outside = window.open ? '' : isUrgent ? ', so it waits for no window' : '; windows are ignored';
  const last = isLastChance ? '; no other window opens before its last twentieth' : '';
  const made = decide('due', `${rest}${hurry}${outside}${last}${notItself}`);
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
  if (windows.length === 0 || isYoung(life, now) || !window.open) return false;
  const next = nextOpening(windows, zone, now);
  return next === undefined || next >= emergencyAt(life);
}

/** Of a trustpoint's own certificates: both are asked for anew together. */
function firstToEnd({ identities }: TrustpointView): DecodedCertificate | undefined {
  return identities
    .flatMap(({ configured }) => (configured?.der === undefined ? [] : [recallCertificate(configured.der)]))
    .toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime())[0];
}

function whyNot(itself: AutoEnroll): string {
  return itself.works ? `it should have on ${minute(itself.planned)}` : itself.why;
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
