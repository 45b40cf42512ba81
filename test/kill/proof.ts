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

/**
 * The CA knows when each password was made and used, the ledger for whom it was asked. Every password has a line of its own: the
 * last one that was begun before it was made, for no run asks for two at once.
 */
function passwordsMintedTwice({ lab, dir }: LabFleet): readonly string[] {
  using store = StateStore.open(path.join(dir, '.trustfleet'));
  const lines = store.all('SELECT id, device, begun_at FROM challenges ORDER BY id');
  const wrong: string[] = [];
  const given = new Map<string, (typeof lab.ca.passwords.records)[number]>();
  const used = new Set<SqlRow>();
  for (const password of lab.ca.passwords.records) {
    const line = lines.findLast(({ begun_at: begun }) => Number(begun) <= password.mintedAt);
    if (line === undefined || used.has(line)) {
      wrong.push(`a password was made at ${password.mintedAt} that the ledger has no line for`);
      continue;
    }
    used.add(line);
    const device = String(line.device);
    const before = given.get(device);
    given.set(device, password);
    if (before === undefined) continue;
    const end = Math.min(before.redeemedAt ?? Number.POSITIVE_INFINITY, before.expiresAt);
    if (end > password.mintedAt) {
      wrong.push(`${device} got a password at ${password.mintedAt}, its first was open until ${end}`);
    }
  }
  return wrong;
}
