import {
  type Certificate,
  parseCertificate,
  readCaCertificates,
  readSignedData,
  ScepError,
  verifySignedData,
} from '../../../scep/index.ts';
import type { Router } from '../router.ts';
import { startEnrollment } from './enrollment.ts';
import { NoAnswer } from './http-get.ts';
import { methodFor } from './method.ts';
import { unattendedChoice } from './renewals.ts';
import { scepGet } from './scep-http.ts';
import { type StoredCertificate, storeCertificate } from './stored-certificate.ts';
import type { Trustpoint } from './trustpoint.ts';

/** The longest delay a timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Two traces show the timer at nine tenths of the CA certificate's life. */
const SHADOW_SHARE = 0.9;

/**
 * Rollover: a while before its CA's certificate ends, an `auto-enroll` trustpoint fetches the next one and asks that for a
 * shadow certificate, and both take over at the end.
 */
export class Rollovers {
  readonly #router: Router;
  /** When a CA that had no next certificate is asked again, by the router's clock. */
  readonly #askAgainAt = new Map<string, { readonly at: number; readonly attempts: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(router: Router) {
    this.#router = router;
  }

  /** When the next CA certificate is fetched; undefined when it is not, or is there. */
  dueAt(trustpoint: Trustpoint): Date | undefined {
    const { ca, identity, encryption, renewPercent, rollover } = trustpoint;
    // With usage keys nothing is known of it.
    if (ca === undefined || identity === undefined || encryption !== undefined) return undefined;
    if (renewPercent === undefined || rollover !== undefined) return undefined;
    if (!this.#router.clock.authoritative || !this.#isByScep(trustpoint)) return undefined;
    const { notBefore, notAfter } = ca.certificate;
    const life = notAfter.getTime() - notBefore.getTime();
    const due = notBefore.getTime() + life * SHADOW_SHARE;
    const again = this.#askAgainAt.get(trustpoint.name);
    // How often and how long a router asks is not known from captures: here as often as for a pending request.
    if (again !== undefined && again.attempts > trustpoint.retryCount) return undefined;
    return new Date(Math.max(due, again?.at ?? 0));
  }

  /** Looks again at what is due. */
  reschedule(): void {
    clearTimeout(this.#timer);
    const { stopped, trustpoints, clock } = this.#router;
    if (stopped.aborted) return;
    const events = trustpoints.all
      .filter(({ abandon }) => abandon === undefined)
      .flatMap((trustpoint) => [this.dueAt(trustpoint), this.#takesOverAt(trustpoint)])
      .filter((at) => at !== undefined)
      .map((at) => at.getTime() - clock.now().getTime());
    if (events.length === 0) return;
    const wait = Math.min(Math.max(0, Math.min(...events)), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => void this.#work(), wait);
    this.#timer.unref();
  }

  /** Fetches the next CA certificate and asks it for a shadow certificate. False when there is no next one. */
  async begin(trustpoint: Trustpoint): Promise<boolean> {
    const router = this.#router;
    const key = router.keys.get(trustpoint.identity?.keyLabel ?? '', 'rsa');
    const next = await this.#fetchNext(trustpoint);
    if (next === undefined || key === undefined) return false;
    trustpoint.rollover = { ca: next, identity: undefined };
    startEnrollment(router, trustpoint, { key, next, ...unattendedChoice(router, trustpoint) });
    return true;
  }

  async #work(): Promise<void> {
    const { trustpoints, clock } = this.#router;
    try {
      for (const trustpoint of trustpoints.all) {
        const now = clock.now();
        const [takesOverAt, dueAt] = [this.#takesOverAt(trustpoint), this.dueAt(trustpoint)];
        if (trustpoint.abandon !== undefined) continue;
        if (takesOverAt !== undefined && takesOverAt <= now) this.#takeOver(trustpoint);
        else if (dueAt !== undefined && dueAt <= now && !(await this.begin(trustpoint)))
          this.#askAgain(trustpoint);
      }
      this.reschedule();
    } catch (reason) {
      if (!this.#router.stopped.aborted) this.#router.fail(reason);
    }
  }

  #askAgain({ name, retryMinutes }: Trustpoint): void {
    const { clock, minuteMs } = this.#router;
    const attempts = (this.#askAgainAt.get(name)?.attempts ?? 0) + 1;
    this.#askAgainAt.set(name, { at: clock.now().getTime() + retryMinutes * minuteMs, attempts });
  }

  /** The end of the CA in office, once everything that follows it is there and saved: what a reload would lose never takes over. */
  #takesOverAt({ ca, rollover }: Trustpoint): Date | undefined {
    const isReady = rollover?.ca.saved === true && rollover.identity?.saved === true;
    return isReady && this.#router.clock.authoritative ? ca?.certificate.notAfter : undefined;
  }

  #takeOver(trustpoint: Trustpoint): void {
    const router = this.#router;
    const { rollover, identity } = trustpoint;
    if (rollover?.identity === undefined) return;
    const wasClean = !router.config.modified;
    const label = identity?.keyLabel ?? '';
    const shadowLabel = rollover.identity.keyLabel ?? '';
    if (shadowLabel !== label) router.keys.rename(shadowLabel, label);
    trustpoint.ca = { ...rollover.ca, saved: false };
    trustpoint.ras = [];
    trustpoint.identity = { ...rollover.identity, keyLabel: label, saved: false };
    trustpoint.rollover = undefined;
    router.config.modified = true;
    if (wasClean) router.save('PKI');
    router.renewals.reschedule();
  }

  #isByScep(trustpoint: Trustpoint): boolean {
    return methodFor(this.#router, trustpoint, 'enrollment')?.kind === 'scep';
  }

  /** GetNextCACert: what is not signed by the CA in office is not taken. */
  async #fetchNext(trustpoint: Trustpoint): Promise<StoredCertificate | undefined> {
    const router = this.#router;
    const { ca, name } = trustpoint;
    if (ca === undefined) return undefined;
    try {
      const { body } = await scepGet(router, trustpoint, 'GetNextCACert', name, router.stopped);
      const data = readSignedData(body);
      verifySignedData(data, [ca.certificate.der]);
      const next = readCaCertificates(data.content).ca;
      return isSuccessor(parseCertificate(next), ca.certificate)
        ? storeCertificate(next, router.clock.now())
        : undefined;
    } catch (reason) {
      if (reason instanceof NoAnswer || reason instanceof ScepError) return undefined;
      throw reason;
    }
  }
}

function isSuccessor(next: Certificate, ca: Certificate): boolean {
  return Buffer.from(next.subject).equals(ca.subject) && next.notAfter > ca.notAfter;
}
