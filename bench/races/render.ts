/** What would be typed on a whole fleet, from templates. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { measure, type Program } from '../measure.ts';
import { own, peer, python, ROOT } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';

const SAID = z.object({ cpu: z.number(), lines: z.number() });
const TEXTS = z.array(z.string());
const DOMAIN = 'branch.example.net';
const PIN = '5A100C6BF21D9744 8E03BC712FE839D5 60AA174C'.replaceAll(' ', '');
const URL = 'http://ndes.example.net/certsrv/mscep/mscep.dll';
const NTP = ['192.0.2.1', '192.0.2.2'];

export const RENDER: Race = {
  name: 'render',
  run: async (settings) => {
    const count = settings.quick ? 500 : 10_000;
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-bench-'));
    try {
      const inventory = path.join(dir, 'inventory.json');
      const ours: Program = { command: [process.execPath, own('render.mjs')], input: { inventory } };
      const theirs: Program = {
        command: [python(), peer('jinja_render.py')],
        input: { devices: Array.from({ length: count }, (_, index) => jinjaDevice(index)) },
      };
      await writeFile(inventory, JSON.stringify(inventoryOf(count)));
      await requireSame(dir, inventory, ours, theirs);
      const cli: Program = {
        command: [
          process.execPath,
          path.join(ROOT, 'dist/cli/main.js'),
          'render',
          '--inventory',
          inventory,
          '--json',
          path.join(dir, 'rendered.json'),
        ],
      };
      const results = await inTurn(
        [
          { name: 'trustfleet, templates', run: () => templates(ours) },
          { name: 'Jinja2', run: () => templates(theirs) },
          { name: 'trustfleet render --json', run: () => whole(cli) },
        ],
        settings,
      );
      return {
        title: `Render the configuration of ${count} routers`,
        aim: 'three times Jinja2',
        columns: [
          { name: 'templates CPU s', digits: 2 },
          { name: 'whole CPU s', digits: 2 },
          { name: 'peak MB', digits: 0 },
        ],
        ratioOf: 'templates CPU s',
        results,
        notes: [
          'Clock, NTP, key pair and trustpoint; the same templates condition by condition, and both made the same text, compared before the race. The first column is the templates alone, compiling included; the second has the start of the program and its input, for trustfleet an inventory that is read and checked, for Jinja2 the finished values as JSON. trustfleet refuses values that would break out of their line; Jinja2 takes all. What two routers have in common, trustfleet draws once.',
          '`trustfleet render` does more than templates: it foresees every line and question of an enrollment. It has no counterpart.',
        ],
      };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function templates(program: Program): Promise<Readonly<Record<string, number>>> {
  const { said, cpu, megabytes } = await measure(program);
  return { 'templates CPU s': SAID.parse(JSON.parse(said)).cpu, 'whole CPU s': cpu, 'peak MB': megabytes };
}

async function whole(program: Program): Promise<Readonly<Record<string, number>>> {
  const { cpu, megabytes } = await measure(program);
  return { 'whole CPU s': cpu, 'peak MB': megabytes };
}

/** Throws an Error when not both make the same of the fleet. */
async function requireSame(dir: string, inventory: string, ours: Program, theirs: Program): Promise<void> {
  const file = (name: string): string => path.join(dir, name);
  await measure({ ...ours, input: { inventory, out: file('ours.json') } });
  await measure({ ...theirs, input: { ...(theirs.input as object), out: file('theirs.json') } });
  const [mine, other] = await Promise.all(
    ['ours.json', 'theirs.json'].map(async (name) =>
      TEXTS.parse(JSON.parse(await readFile(file(name), 'utf8'))),
    ),
  );
  const different = mine?.findIndex((text, index) => text !== other?.[index]) ?? 0;
  if (different >= 0 || mine?.length !== other?.length)
    throw new Error(`both render something else:\n${mine?.[different]}\n--- and\n${other?.[different]}`);
}

function inventoryOf(count: number): object {
  return {
    defaults: {
      domain: DOMAIN,
      ssh: { username: 'netops', password: { env: 'BENCH_LOGIN' }, knownHosts: './known_hosts' },
      clock: { ntp: NTP },
      trustpoints: ['BRANCH'],
    },
    authorities: {
      'branch-ca': {
        scep: { url: URL, ra: true },
        fingerprint: `SHA1:${PIN}`,
        challenge: { env: 'BENCH_CHALLENGE' },
      },
    },
    trustpoints: {
      BRANCH: {
        authority: 'branch-ca',
        subject: 'CN={{fqdn}},OU=Branches,O=Example,L={{site}}',
        hash: 'sha256',
      },
    },
    devices: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        nameOf(index),
        { host: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`, vars: { site: siteOf(index) } },
      ]),
    ),
  };
}

/** The same fleet as the inventory's, with all decided: what trustfleet's templates are drawn of. */
function jinjaDevice(index: number): object {
  return {
    vars: { site: siteOf(index) },
    clock: { timezone: { name: 'UTC', hours: 0, minutes: 0 }, summerTime: null },
    ntp: {
      source: null,
      keys: [],
      servers: NTP.map((address) => ({ address, vrf: null, key: null, prefer: false })),
    },
    key: {
      curve: null,
      label: 'BRANCH',
      size: 2048,
      exportable: false,
      usageKeys: false,
      on: null,
      storage: null,
    },
    trustpoint: {
      name: 'BRANCH',
      url: URL,
      ra: true,
      parent: null,
      retryCount: null,
      retryPeriod: null,
      serialNumber: false,
      fqdn: `${nameOf(index)}.${DOMAIN}`,
      ipAddress: 'none',
      fingerprint: PIN,
      revocationCheck: ['crl'],
      crlQuery: null,
      hash: 'sha256',
      usage: [],
      vrf: null,
      sourceInterface: null,
      autoEnroll: false,
      autoEnrollPercent: null,
      autoEnrollRegenerate: false,
    },
  };
}

function nameOf(index: number): string {
  return `br-${String(index + 1).padStart(5, '0')}`;
}

function siteOf(index: number): string {
  return `Site ${index % 100}`;
}
