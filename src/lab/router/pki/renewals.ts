import type { Router } from '../router.ts';
import { startEnrollment } from './enrollment.ts';
import { methodFor } from './method.ts';
import type { EnrollmentChoice } from './request.ts';
import { requestFqdn } from './subject.ts';
import type { Trustpoint } from './trustpoint.ts';

/** The longest delay a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A renewal starts at the latest so long before the certificate ends. */
const LATEST_BEFORE_END_MS = 3 * 60_000;

/** Automatic renewal: one timer to the next `auto-enroll` trustpoint that is due by the router's own clock. */
export class Renewals {
  readonly #router: Router;
  #timer: NodeJS.Timeout | undefined;

  constructor(router: Router) {
    this.#router = router;
  }

  /** When a trustpoint's certificate renews itself; undefined when it does not. */
  dueAt(trustpoint: Trustpoint): Date | undefined {
    const { identity, renewPercent } = trustpoint;
    // By SCEP alone: by hand nobody renews.
    if (methodFor(this.#router, trustpoint, 'enrollment')?.kind !== 'scep') return undefined;
    // Timers are not started before the clock can be trusted.
    if (identity === undefined || renewPercent === undefined || !this.#router.clock.authoritative)
      return undefined;
    const { notBefore, notAfter } = identity.certificate;
    const life = notAfter.getTime() - notBefore.getTime();
    const due = notBefore.getTime() + (life * renewPercent) / 100;
    return new Date(Math.min(due, notAfter.getTime() - LATEST_BEFORE_END_MS));
  }

  /** Looks again at what is due: after a new certificate, a clock change or a changed line. */
  reschedule(): void {
    clearTimeout(this.#timer);
    this.#router.rollovers.reschedule();
    if (this.#router.stopped.aborted) return;
    const now = this.#router.clock.now().getTime();
    const waits = this.#router.trustpoints.all
      .filter(({ abandon }) => abandon === undefined)
      .flatMap((trustpoint) => this.dueAt(trustpoint) ?? [])
      .map((due) => due.getTime() - now);
    if (waits.length === 0) return;
    const wait = Math.min(Math.max(0, Math.min(...waits)), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#renewDue(), wait);
    this.#timer.unref();
  }

  #renewDue(): void {
    const now = this.#router.clock.now();
    for (const trustpoint of this.#router.trustpoints.all) {
      const due = this.dueAt(trustpoint);
      if (due !== undefined && due <= now && trustpoint.abandon === undefined) this.#renew(trustpoint);
    }
    this.reschedule();
  }

  #renew(trustpoint: Trustpoint): void {
    const router = this.#router;
    const keys = router.keys.labeled(trustpoint.identity?.keyLabel ?? '', 'rsa');
    if (keys.length === 0) return;
    const unattended = unattendedChoice(router, trustpoint);
    startEnrollment(router, trustpoint, ...keys.map((key) => ({ key, ...unattended })));
  }
}

/** What goes into a request that nobody answers questions for: everything comes from the trustpoint's lines. */
export function unattendedChoice(
  router: Router,
  trustpoint: Trustpoint,
): Pick<EnrollmentChoice, 'names' | 'password'> {
  const serial = trustpoint.setting('serial-number');
  const address = trustpoint.setting('ip-address')?.args.address;
  return {
    password: trustpoint.password ?? '',
    names: {
      fqdn: requestFqdn(router, trustpoint),
      serialNumber: serial === undefined || serial.words.includes('none') ? undefined : router.serialNumber,
      ipAddress: address === undefined ? undefined : (router.config.interfaceAddress(address) ?? address),
    },
  };
}
