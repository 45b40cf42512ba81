import type { Device } from '../domain/device.ts';
import { DeviceError, InputError } from '../domain/errors.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { type ChallengeEntry, readChallengeFile } from './challenge-file.ts';
import type { ChallengeSource } from './source.ts';

/**
 * One challenge for each device, from a file that is read when the first router asks. A challenge is used once in a run:
 * one that was spent is never handed out again, one that came back unused is, to the same device.
 */
export function fileSource(file: string, now: () => Date): ChallengeSource {
  let reading: Promise<ChallengeEntry[]> | undefined;
  const taken = new Map<ChallengeEntry, 'held' | 'spent'>();

  return {
    capacity: Number.POSITIVE_INFINITY,
    async acquire(device, trustpoint) {
      // A file that cannot be read is looked at again by the next device: it may have been mended meanwhile.
      reading ??= readChallengeFile(file).catch((error: unknown) => {
        reading = undefined;
        throw unreadable(file, error);
      });
      const entry = entryFor(await reading, device, trustpoint);
      if (entry === undefined)
        throw unavailable(file, `holds no challenge for ${nameOf(device, trustpoint)}`);
      const state = taken.get(entry);
      if (state !== undefined) throw used(file, entry, state);
      if (entry.expires !== undefined && now() >= entry.expires) {
        throw unavailable(file, `line ${entry.line}: the challenge of ${device.name} has expired`);
      }
      taken.set(entry, 'held');
      let settled = false;
      const settle = (act: () => void) => {
        if (!settled) act();
        settled = true;
      };
      return {
        password: entry.challenge,
        ...(entry.expires === undefined ? {} : { expiresAt: entry.expires }),
        spent: () => settle(() => taken.set(entry, 'spent')),
        release: () => settle(() => taken.delete(entry)),
      };
    },
  };
}

/** The line made for the trustpoint comes before the line for any of the device's. */
function entryFor(
  entries: readonly ChallengeEntry[],
  device: Device,
  trustpoint: Trustpoint,
): ChallengeEntry | undefined {
  const own = entries.filter((entry) => entry.device === device.name);
  return (
    own.find((entry) => entry.trustpoint === trustpoint.name) ??
    own.find((entry) => entry.trustpoint === undefined)
  );
}

function nameOf(device: Device, trustpoint: Trustpoint): string {
  return `device ${device.name}, trustpoint ${trustpoint.name}`;
}

function used(file: string, { device, line }: ChallengeEntry, state: 'held' | 'spent'): DeviceError {
  return unavailable(
    file,
    `line ${line}: the challenge of ${device} ${state === 'spent' ? 'was used in this run' : 'is in use'}`,
  );
}

function unavailable(file: string, what: string): DeviceError {
  return new DeviceError('challenge-unavailable', `${file} ${what}`, {
    hint: 'get a new challenge from the CA, write it into the file and run again',
  });
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  const [first] = error.problems;
  const place = first?.line === undefined ? file : `${file}:${first.line}`;
  return new DeviceError('challenge-unavailable', `${place} ${first?.message ?? 'cannot be used'}`, {
    detail: error.message,
    hint: 'mend the file and run again: no challenge was taken from it',
    cause: error,
  });
}
