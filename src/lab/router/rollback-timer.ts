import type { Router } from './router.ts';
import { rollBack, type Snapshot, takeSnapshot } from './snapshot.ts';

/** A rollback that comes unless it is confirmed. */
interface Pending {
  readonly file: string;
  readonly user: string;
  readonly snapshot: Snapshot;
  /** Tells whoever set it. */
  readonly say: (text: string) => void;
  readonly setAt: Date;
  minutes: number;
}

/** `configure terminal revert timer`: one for the whole router, however many sessions come and go. */
export class RollbackTimer {
  readonly #router: Router;
  #pending: Pending | undefined;
  #timers: NodeJS.Timeout[] = [];
  #files = 0;

  constructor(router: Router) {
    this.#router = router;
  }

  get pending(): Pick<Pending, 'minutes' | 'setAt' | 'user'> | undefined {
    return this.#pending;
  }

  /** Keeps the running configuration of now and returns the name of the file it is in. */
  begin(path: string, minutes: number, user: string, say: (text: string) => void): string {
    const { clock, syslog } = this.#router;
    const [time = '', , , month = '', day = ''] = clock.formatSeconds(clock.now()).split(' ');
    const file = `${path}${month}-${day.padStart(2, '-')}-${time.replaceAll(':', '-')}-${this.#files}`;
    this.#files += 1;
    syslog.log('ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_BACKUP', `Backing up current running config to ${file}`);
    syslog.log(
      'ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_START_ABSTIMER',
      `User: ${user}(Priv: 15, View: 0): Scheduled to rollback to config ${file} in ${minutes} minutes`,
    );
    this.#pending = { file, user, snapshot: takeSnapshot(this.#router), say, setAt: clock.now(), minutes };
    this.#wind();
    return file;
  }

  /** Returns whether there was one. */
  confirm(user: string): boolean {
    if (this.#pending === undefined) return false;
    this.#clear();
    this.#router.syslog.log(
      'ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_CONFIRM',
      `User: ${user}: Confirm the configuration change`,
    );
    return true;
  }

  /** Begins anew with so many minutes. Returns whether there was one. */
  rewind(minutes: number): boolean {
    if (this.#pending === undefined) return false;
    this.#pending.minutes = minutes;
    this.#wind();
    return true;
  }

  /** Goes back at once. Returns what is printed, undefined when there was nothing to go back to. */
  now(): readonly string[] | undefined {
    const pending = this.#pending;
    if (pending === undefined) return undefined;
    this.#clear();
    const { syslog } = this.#router;
    syslog.log('ARCHIVE_DIFF-5-ROLLBK_CNFMD_CHG_ROLLBACK_START', `Start rolling to: ${pending.file}`);
    rollBack(this.#router, pending.snapshot);
    return [
      `Rollback Confirmed Change: rolling to:${pending.file}`,
      '',
      'Total number of passes: 1',
      'Rollback Done',
      '',
    ];
  }

  /** The time is over. */
  runOut(): void {
    const say = this.#pending?.say;
    const lines = this.now();
    if (lines !== undefined) say?.(`\n${lines.join('\n')}`);
  }

  stop(): void {
    this.#clear();
  }

  #wind(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    const { minuteMs } = this.#router;
    const minutes = this.#pending?.minutes ?? 0;
    this.#timers = [
      setTimeout(() => this.#warn(), (minutes - 1) * minuteMs),
      setTimeout(() => this.runOut(), minutes * minuteMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  #warn(): void {
    this.#pending?.say(
      'Rollback Confirmed Change: Rollback will begin in one minute.\nEnter "configure confirm" if you wish to keep what you\'ve configured\n',
    );
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#pending = undefined;
  }
}
