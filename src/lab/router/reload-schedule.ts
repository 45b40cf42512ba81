import type { Router } from './router.ts';
import { restart } from './snapshot.ts';

/** Minutes ahead at which a scheduled reload is announced on every terminal. */
const ANNOUNCED = [60, 30, 5, 1] as const;

/** `reload in`: what is not saved is gone afterwards, and so is everybody. */
export class ReloadSchedule {
  readonly #router: Router;
  #timers: NodeJS.Timeout[] = [];
  #at: number | undefined;
  #by = '';

  constructor(router: Router) {
    this.#router = router;
  }

  /** Minutes until the reload, and who wanted it; undefined when none is scheduled. */
  get scheduled(): { readonly minutes: number; readonly by: string } | undefined {
    if (this.#at === undefined) return undefined;
    const { minuteMs } = this.#router;
    return { minutes: Math.max(0, Math.ceil((this.#at - performance.now()) / minuteMs)), by: this.#by };
  }

  begin(minutes: number, by: string): void {
    this.stop();
    const { minuteMs, syslog, clock } = this.#router;
    this.#at = performance.now() + minutes * minuteMs;
    this.#by = by;
    const now = clock.formatClock(clock.now());
    syslog.log(
      'SYS-5-SCHEDULED_RELOAD',
      `Reload requested in ${minutes} minutes at ${now} by ${by}. Reload Reason: Reload Command.`,
    );
    const timers = [
      ...ANNOUNCED.filter((ahead) => ahead <= minutes).map((ahead) =>
        setTimeout(() => this.#router.tellAll(banner(`in ${duration(ahead)}`)), (minutes - ahead) * minuteMs),
      ),
      setTimeout(() => this.runOut(), minutes * minuteMs),
    ];
    for (const timer of timers) timer.unref();
    this.#timers = timers;
  }

  /** Returns whether one was scheduled. */
  cancel(): boolean {
    if (this.#at === undefined) return false;
    this.stop();
    // Behind the prompt, which is not printed again.
    setImmediate(() => this.#router.tellAll(banner('ABORTED')));
    return true;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#at = undefined;
  }

  /** The time is over. */
  runOut(): void {
    if (this.#at === undefined) return;
    this.stop();
    const router = this.#router;
    router.tellAll(banner('NOW'));
    router.rollback.stop();
    router.dropSessions();
    restart(router, router.saved);
    router.syslog.log('SYS-5-RESTART', 'System restarted --');
  }
}

function duration(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`;
}

function banner(what: string): string {
  return `\n\n\n\x07***\n*** --- SHUTDOWN ${what} ---\n***\n`;
}
