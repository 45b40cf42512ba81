import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceOf } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';
import type { Ran } from './program.ts';

/** Holds what encodings change. */
const NTP_KEY = 'T1cks+and/T0cks&9';

describe('secrets', { timeout: 60_000 }, () => {
  let fleet: LabFleet;
  let ran: readonly Ran[];
  /** Every secret of the run, with what it is. */
  let secrets: ReadonlyMap<string, string>;

  beforeAll(async () => {
    fleet = await startLabFleet({
      routers: 4,
      cast: {
        'br-0001': { privilege: 1 },
        'br-0002': { faults: ['unknown-question'] },
        'br-0003': { faults: ['byte-by-byte'] },
        'br-0004': { faults: ['close-mid-enroll'] },
      },
    });
    await useNtpKey(fleet);
    ran = [
      await fleet.run('plan', '--out', 'plan.json', '--details', '--diff'),
      await fleet.run('enroll', '--debug', '--json', 'kept.json'),
      await fleet.run('verify'),
      await fleet.run('plan', '--json', 'planned-again.json', '--diff'),
      await fleet.run('render', '--out', 'rendered'),
      await fleet.run('render', '--json'),
      await fleet.run('render'),
      await fleet.run('check'),
      await fleet.run('doctor', '--challenge'),
      await fleet.run('doctor', '--challenge', '--json', 'doctor.json'),
    ];
    const { minted } = fleet.lab.ca.passwords;
    const files = await Promise.all(
      ['login', 'enable', 'ndes', 'ntp'].map(async (name) => [await secretFile(fleet, name), name] as const),
    );
    secrets = new Map([...files, ...minted.map((text, index) => [text, `challenge ${index + 1}`] as const)]);
  }, 150_000);
  afterAll(() => fleet[Symbol.asyncDispose]());

  it('of every kind were in use', () => {
    expect(ran.map(({ exit }) => exit)).toEqual([2, 1, 1, 2, 0, 0, 0, 0, 0, 0]);
    for (const name of ['br-0001', 'br-0003']) {
      expect(fleet.lab.ca.passwords.minted).toContain(evidenceOf(fleet, name).issued.challenge);
    }
    expect(fleet.router('br-0001').state.typed.map(({ text }) => text)).toContain('enable');
    expect(fleet.router('br-0001').state.typed.map(({ text }) => text)).toContain(
      `ntp authentication-key 7 md5 ${NTP_KEY}`,
    );
    expect([...secrets.values()].filter((what) => what.startsWith('challenge')).length).toBeGreaterThan(1);
  });

  it('are in no output, result, transcript, rendered file or state, in no usual spelling', async () => {
    const written = await everythingBelow(fleet.dir);
    const places = new Map([
      ...ran.flatMap(({ stdout, stderr }, index) => [
        [`stdout ${index}`, stdout] as const,
        [`stderr ${index}`, stderr] as const,
      ]),
      ...[...written].filter(([file]) => !file.startsWith(`secrets${path.sep}`)),
    ]);
    expect([...places.keys()].filter((place) => place.endsWith('.txt')).length).toBeGreaterThanOrEqual(12);
    expect(
      [...places.keys()].filter((place) => place.includes(`${path.sep}backups${path.sep}`)).length,
    ).toBeGreaterThan(9);
    for (const name of ['kept.json', 'plan.json', 'planned-again.json']) expect(places.has(name)).toBe(true);
    for (const file of ['state.db', 'events.jsonl', 'result.json', 'challenges.jsonl', 'run.json']) {
      expect(
        [...places.keys()].filter((place) => path.basename(place) === file).length,
        file,
      ).toBeGreaterThan(0);
    }

    const found = [...places].flatMap(([place, text]) =>
      [...secrets].flatMap(([secret, what]) =>
        spellingsOf(secret)
          .filter((spelling) => text.includes(spelling))
          .map((spelling) => `${what} in ${place} as ${spelling}`),
      ),
    );

    expect(found).toEqual([]);
  });

  it('are found by the same search where they do belong', async () => {
    const written = await everythingBelow(path.join(fleet.dir, 'secrets'));
    for (const [secret, what] of secrets) {
      if (!what.startsWith('challenge')) expect(written.get(what)).toContain(spellingsOf(secret)[0]);
    }
  });

  it('that a router shows weakly encoded are masked in the transcripts', async () => {
    const encoded = /^ntp authentication-key 7 md5 (?<text>\S+) 7$/m.exec(
      fleet.router('br-0001').state.running,
    )?.groups?.text;
    expect(encoded).toMatch(/^[0-9A-F]{8,}$/);
    const written = await everythingBelow(path.join(fleet.dir, '.trustfleet'));
    const transcript = [...written].find(([file]) => file.endsWith('br-0001.txt'))?.[1] ?? '';
    // The line itself is there: it was read to be compared.
    expect(transcript).toContain('ntp authentication-key 7 md5');
    expect([...written.values()].join('\n')).not.toContain(encoded);
  });
});

/** As it is, and as programs write it: letter case, hex, base64 of UTF-8 and UTF-16LE, URL, JSON. */
function spellingsOf(secret: string): readonly string[] {
  const utf8 = Buffer.from(secret, 'utf8');
  const wide = Buffer.from(secret, 'utf16le');
  return [
    secret,
    secret.toLowerCase(),
    secret.toUpperCase(),
    utf8.toString('hex'),
    utf8.toString('hex').toUpperCase(),
    wide.toString('hex'),
    utf8.toString('base64').replace(/=+$/, ''),
    utf8.toString('base64url'),
    wide.toString('base64').replace(/=+$/, ''),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

async function everythingBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(
    async (file) => [path.relative(folder, file), await readFile(file, 'latin1')] as const,
  );
  return new Map(await Promise.all(read));
}

async function secretFile({ dir }: LabFleet, name: string): Promise<string> {
  return (await readFile(path.join(dir, 'secrets', name), 'utf8')).trimEnd();
}

async function useNtpKey({ dir, editInventory }: LabFleet): Promise<void> {
  await writeFile(path.join(dir, 'secrets', 'ntp'), `${NTP_KEY}\n`, { mode: 0o600 });
  await editInventory((inventory) => {
    const address = inventory.getIn(['defaults', 'clock', 'ntp', 0]);
    inventory.setIn(['defaults', 'clock', 'ntp'], {
      servers: [{ address, key: 7 }],
      keys: [{ id: 7, md5: { file: './secrets/ntp' } }],
    });
  });
}
