import { Cron } from 'croner';
import { DeviceError, toDeviceError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { DailyChallengeSpec } from '../domain/trustpoint.ts';
import { checkChallenge } from './password-text.ts';
import type { ChallengeSource } from './source.ts';

export interface DailySurroundings {
  readonly now: () => Date;
  /**
   * Reads a secret once more where it comes from; undefined where that can give nothing new, such as an environment
   * variable. Throws when it cannot be had.
   */
  readonly reread?: ((secret: Secret) => Promise<Secret | undefined>) | undefined;
}

/** A day's password and its end. */
interface Today {
  readonly password: Secret;
  readonly notAfter: Date;
}

/**
 * One challenge password for every device that the CA changes each day. It is looked at when a router asks, so a run
 * that crosses midnight stops using it in time. One whose end is the CA's midnight counts as read now; behind that
 * midnight it is read once more, and refused where it is still the old one.
 */
export function dailySource(
  { value, until }: Omit<DailyChallengeSpec, 'kind'>,
  from: string,
  { now, reread }: DailySurroundings,
): ChallengeSource {
  let today: Today = { password: value, notAfter: endOf(until, now()) };
  let reading: Promise<Today> | undefined;
  /** Today's, read once more where the day is over. */
  async function look(): Promise<void> {
    if (isOver(today, until, now()) && 'midnightIn' in until && reread !== undefined) {
      // Many routers may ask at once in the first minute of the day.
      reading ??= readAgain(today, until, from, { now, reread }).finally(() => {
        reading = undefined;
      });
      today = await reading;
    }
    if (isOver(today, until, now())) throw ended(from, until, today.notAfter, now());
    checkChallenge(today.password, from);
  }
  return {
    capacity: Number.POSITIVE_INFINITY,
    ready: look,
    async acquire() {
      await look();
      return { password: today.password, expiresAt: today.notAfter, spent() {}, release() {} };
    },
  };
}

/** Midnight belongs to the new day; another end is the last moment. */
function isOver({ notAfter }: Today, until: DailyChallengeSpec['until'], now: Date): boolean {
  return 'midnightIn' in until ? now >= notAfter : now > notAfter;
}

/** When a password read at `now` ends. */
export function endOf(until: DailyChallengeSpec['until'], now: Date): Date {
  if ('notAfter' in until) return until.notAfter;
  const midnight = new Cron('0 0 * * *', {
    mode: '5-part',
    timezone: until.midnightIn,
    paused: true,
  }).nextRun(now);
  if (midnight === null) throw new Error(`no midnight in ${until.midnightIn}`);
  return midnight;
}

async function readAgain(
  { password: old, notAfter }: Today,
  until: DailyChallengeSpec['until'],
  from: string,
  { now, reread }: Required<DailySurroundings>,
): Promise<Today> {
  let password: Secret | undefined;
  try {
    password = await reread?.(old);
  } catch (thrown) {
    const { message } = toDeviceError(thrown);
    throw new DeviceError('challenge-unavailable', `${from} for the new day could not be read`, {
      detail: `${old.describe()}: ${message}`,
    });
  }
  if (password === undefined) throw ended(from, until, notAfter, now());
  if (password.reveal() === old.reveal()) {
    throw new DeviceError('challenge-unavailable', `${from} is still that of the day before`, {
      detail: `${old.describe()} was read again at ${now().toISOString()} and holds the value that ended at ${notAfter.toISOString()}.`,
      hint: 'read the new challenge from the CA, put it where the inventory says, and run again',
    });
  }
  return { password, notAfter: endOf(until, now()) };
}

function ended(from: string, until: DailyChallengeSpec['until'], notAfter: Date, now: Date): DeviceError {
  const where = 'midnightIn' in until ? `, midnight in ${until.midnightIn}` : '';
  const what = 'midnightIn' in until ? 'it' : 'it and its new notAfter';
  return new DeviceError('challenge-unavailable', `${from} ended at ${notAfter.toISOString()}${where}`, {
    detail: `It is ${now.toISOString()}; the CA takes another challenge now.`,
    hint: `read the new challenge from the CA, put ${what} into the inventory, and run again`,
  });
}
