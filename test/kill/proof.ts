import path from 'node:path';
import type { SqlRow } from '../../src/run/state/sqlite.ts';
import { StateStore } from '../../src/run/state/store.ts';
import { evidenceOf, savedIn } from '../e2e/evidence.ts';
import type { LabFleet } from '../e2e/lab-fleet.ts';

/** Everything that is wrong with a fleet after its sweep, in sentences; by the routers' and the CA's own records. */
export function whatIsWrong(fleet: LabFleet): readonly string[] {
  return [...wrongRouters(fleet), ...keysCertifiedTwice(fleet), ...passwordsMintedTwice(fleet)];
}

function wrongRouters(fleet: LabFleet): readonly string[] {
  return fleet.names.flatMap((name) => {
    try {
      const { identity } = evidenceOf(fleet, name);
      const saved = savedIn(fleet.router(name), identity).join();
      return saved === 'running,startup'
        ? []
        : [`${name}: its certificate is in ${saved || 'no'} configuration`];
    } catch (thrown) {
      return [String(thrown)];
    }
  });
}

function keysCertifiedTwice({ lab }: LabFleet): readonly string[] {
  const keys = lab.ca.authority.issued.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return twice.map((key) => `two certificates for the key …${key.slice(-40, -10)}`);
}

/** A run asks for so many passwords at the same time. */
const AT_ONCE = 3;

/**
 * The CA knows when each password was made and used, the ledger for whom it was asked. Every password has a line of its own, begun
 * before it was made: one of the last of a run, which asks for some at once. Nobody is given one while the first is open.
 */
function passwordsMintedTwice({ lab, dir }: LabFleet): readonly string[] {
  using store = StateStore.open(path.join(dir, '.trustfleet'));
  const lines = store.all('SELECT id, run, device, begun_at FROM challenges ORDER BY id');
  const wrong: string[] = [];
  const given = new Map<string, (typeof lab.ca.passwords.records)[number]>();
  const used = new Set<SqlRow>();
  for (const password of lab.ca.passwords.records) {
    const begun = lines.filter(({ begun_at: at }) => Number(at) <= password.mintedAt);
    const run = begun.at(-1)?.run;
    const open = begun.filter((line) => line.run === run && !used.has(line)).slice(-AT_ONCE);
    const line = open.findLast(({ device }) => endOf(given.get(String(device))) <= password.mintedAt);
    if (line !== undefined) {
      used.add(line);
      given.set(String(line.device), password);
    } else if (open.length === 0)
      wrong.push(`a password was made at ${password.mintedAt} that the ledger has no line for`);
    else {
      const devices = open.map(({ device }) => `${device}, open until ${endOf(given.get(String(device)))}`);
      wrong.push(`a second password was made at ${password.mintedAt} for one of ${devices.join('; ')}`);
    }
  }
  return wrong;
}

function endOf(
  password: { readonly redeemedAt: number | undefined; readonly expiresAt: number } | undefined,
): number {
  return Math.min(password?.redeemedAt ?? Number.POSITIVE_INFINITY, password?.expiresAt ?? 0);
}
