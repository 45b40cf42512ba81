import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { PlanDocument } from '../../src/cli/plan-document.ts';
import { freeUdpPort } from '../enrollment/free-udp-port.ts';
import { Pkcs12Files } from '../enrollment/methods/pkcs12-files.ts';
import { PaperCa } from '../lab/router/paper-ca.ts';
import { touching, watchTyping } from './evidence.ts';
import { type LabFleet, startLabFleet } from './lab-fleet.ts';

const NAME = 'br-0001';
const PASSPHRASE = 'one-challenge';

/** What the inventory says otherwise than the lab's own, and what happens outside of trustfleet. */
interface Story {
  readonly method: unknown;
  readonly authority?: Readonly<Record<string, unknown>>;
  readonly trustpoint?: Readonly<Record<string, unknown>>;
  /** Somebody answers the requests that lie there. Absent where the first run is enough. */
  readonly answer?: () => Promise<void>;
  /** Commands of the first enrollment that only this method has. */
  readonly types: readonly string[];
  /** Of the certificates that the router ends with for itself, what the CA says of them. */
  readonly expected: () => readonly { readonly serial: string; readonly issuer: string }[];
  readonly secrets?: readonly string[];
}

const STORIES: Readonly<Record<string, (fleet: LabFleet) => Promise<Story>>> = {
  terminal: (fleet) => byHand(fleet, (submit) => ({ method: { terminal: { submit } }, types: PASTED })),

  'terminal, with usage keys': (fleet) =>
    byHand(fleet, (submit) => ({
      method: { terminal: { submit } },
      trustpoint: { key: { label: 'BRANCH', usageKeys: true } },
      types: [...PASTED, 'crypto pki import BRANCH certificate'],
    })),

  tftp: async (fleet) => {
    const port = await freeUdpPort();
    fleet.lab.tftp.port = port;
    return byHand(fleet, (submit) => ({
      method: { tftp: { host: '127.0.0.1', port, submit } },
      types: PASTED,
    }));
  },

  pkcs12: async ({ dir }) => {
    await using files = await Pkcs12Files.open();
    await files.lay();
    await mkdir(path.join(dir, 'p12'));
    await copyFile(files.path, path.join(dir, 'p12', `${NAME}.p12`));
    await writeFile(path.join(dir, 'secrets', 'p12'), `${PASSPHRASE}\n`);
    return {
      method: { pkcs12: { file: 'p12/{{name}}.p12', passphrase: { file: 'secrets/p12' } } },
      authority: { fingerprint: sha1Of(files.ca.der) },
      trustpoint: { fqdn: 'none', key: undefined },
      types: ['crypto pki import BRANCH pkcs12 terminal'],
      expected: () => [{ serial: '0A01', issuer: 'O=Example\nCN=Offline CA' }],
      secrets: [PASSPHRASE],
    };
  },

  selfsigned: () =>
    Promise.resolve({
      method: 'selfsigned',
      trustpoint: { authority: undefined, https: true },
      types: ['crypto pki enroll BRANCH'],
      expected: () => [{ serial: '01', issuer: expect.stringContaining(`CN=${NAME}.branch.example.net`) }],
    }),

  'ca-only': async ({ dir }) => {
    const ca = new PaperCa();
    await writeFile(path.join(dir, 'filter.pem'), ca.pem);
    return {
      method: 'ca-only',
      authority: { certificate: 'filter.pem', fingerprint: sha1Of(ca.certificate) },
      trustpoint: { key: undefined, subject: undefined, grant: undefined, renew: undefined, hash: undefined },
      types: ['crypto pki authenticate BRANCH'],
      expected: () => [],
    };
  },
};

const PASTED = [
  'crypto pki authenticate BRANCH',
  'crypto pki enroll BRANCH',
  'crypto pki import BRANCH certificate',
];

/** An offline CA with a folder, whose operator answers behind the first run. */
async function byHand(
  { dir }: LabFleet,
  say: (submit: object) => Pick<Story, 'method' | 'trustpoint' | 'types'>,
): Promise<Story> {
  const ca = new PaperCa();
  const desk = path.join(dir, 'desk');
  await mkdir(desk);
  await writeFile(path.join(dir, 'offline.pem'), ca.pem);
  const issued: X509Certificate[] = [];
  const { trustpoint, ...story } = say({ directory: 'desk' });
  return {
    ...story,
    authority: { certificate: 'offline.pem', fingerprint: sha1Of(ca.certificate) },
    trustpoint: { ...trustpoint, grant: { timeout: '0s' } },
    async answer() {
      for (const name of await readdir(desk)) {
        const der = ca.issue(await readFile(path.join(desk, name), 'utf8'));
        issued.push(new X509Certificate(der));
        await writeFile(path.join(desk, `${name}.cer`), der);
      }
    },
    expected: () => issued.map(({ serialNumber: serial, issuer }) => ({ serial, issuer })),
  };
}

function sha1Of(der: Uint8Array): string {
  return `SHA1:${createHash('sha1').update(der).digest('hex')}`;
}

describe.concurrent('a method, from the plan to the proof', { timeout: 120_000 }, () => {
  it.each(Object.entries(STORIES))('%s', async (_, tell) => {
    await using fleet = await startLabFleet({ routers: 1, ca: 'generic', minuteMs: 500 });
    const story = await tell(fleet);
    await fleet.editInventory((inventory) => {
      for (const [key, value] of Object.entries({ ...story.trustpoint, method: story.method }))
        if (value === undefined) inventory.deleteIn(['trustpoints', 'BRANCH', key]);
        else inventory.setIn(['trustpoints', 'BRANCH', key], inventory.createNode(value));
      if (story.authority !== undefined)
        inventory.setIn(['authorities', 'lab-ca'], inventory.createNode(story.authority));
    });
    const router = fleet.router(NAME);

    // The plan types nothing that touches the router, and says what enroll will type.
    const looked = watchTyping(router);
    const planned = await fleet.run('plan', '--out', 'plan.json', '--details');
    expect([planned.exit, touching(looked())]).toEqual([2, []]);
    const foreseen = await foreseenLines(path.join(fleet.dir, 'plan.json'));
    for (const line of story.types)
      expect(
        foreseen.some((each) => each === line || each.startsWith(`${line} `)),
        line,
      ).toBe(true);

    if (story.answer !== undefined) {
      const first = await fleet.run('enroll', '--plan', 'plan.json');
      expect([first.exit, first.outcomes]).toEqual([4, { [NAME]: 'pending' }]);
      const waiting = await fleet.run('status');
      expect(waiting.stdout).toContain('pending (1)');
      // Nothing is taken for an answer that is none, such as the request in the folder that serves both ways.
      expect(first.device(NAME).notes.join()).not.toContain('is no answer');
      await story.answer();
    }
    const done = await (story.answer === undefined
      ? fleet.run('enroll', '--plan', 'plan.json', '--csv', 'run.csv', '--html', 'run.html')
      : fleet.run('enroll', '--csv', 'run.csv', '--html', 'run.html'));
    expect([done.exit, done.outcomes], done.stderr).toEqual([0, { [NAME]: 'verified' }]);

    // The router holds what the CA says, and it is saved.
    const held = router.state.certificates
      .filter(({ kind }) => kind !== 'ca')
      .map(({ der }) => new X509Certificate(der));
    const expected = story.expected();
    const bySerial = held.map(({ serialNumber: serial, issuer }) => ({ serial, issuer }));
    expect(bySerial.toSorted((a, b) => a.serial.localeCompare(b.serial))).toEqual(expected);
    expect(router.state.startup).toContain('crypto pki certificate chain BRANCH');

    const typed = watchTyping(router);
    const again = await fleet.run('enroll');
    expect([again.exit, again.outcomes, touching(typed())]).toEqual([0, { [NAME]: 'unchanged' }, []]);
    expect((await fleet.run('plan')).exit).toBe(0);
    const verified = await fleet.run('verify');
    expect([verified.exit, verified.outcomes]).toEqual([0, { [NAME]: 'verified' }]);
    const status = await fleet.run('status');
    expect(status.stdout).toContain('1 router: 1 verified');

    // Reports and proof tell of the same certificates.
    const read = (file: string): Promise<string> => readFile(path.join(fleet.dir, file), 'utf8');
    const rows: Record<string, string>[] = parse(await read('run.csv'), { columns: true });
    expect(rows.map(({ serial }) => serial).toSorted()).toEqual(
      expected.length === 0 ? [''] : expected.map(({ serial }) => serial),
    );
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeFile(path.join(fleet.dir, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(path.join(fleet.dir, 'pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    expect((await fleet.run('report', '--proof', 'proof', '--sign-key', 'key.pem')).exit).toBe(0);
    const checked = await fleet.run('report', '--check-proof', 'proof', '--verify-key', 'pub.pem');
    expect(checked.exit).toBe(0);
    for (const secret of story.secrets ?? [])
      for (const file of await readdir(fleet.dir, { recursive: true, withFileTypes: true }))
        if (file.isFile() && file.name !== 'p12')
          expect(await readFile(path.join(file.parentPath, file.name), 'latin1')).not.toContain(secret);
  });
});

async function foreseenLines(file: string): Promise<readonly string[]> {
  const { devices } = JSON.parse(await readFile(file, 'utf8')) as PlanDocument;
  const steps = devices[0]?.plan?.steps ?? [];
  return steps.flatMap(({ lines }) => lines.map(({ text }) => text.trim()));
}
