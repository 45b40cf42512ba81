import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { anInventory, ENV, PASSWORD } from './an-inventory.ts';
import { fakeIo, trustfleet } from './fake-io.ts';

/** Everything a device may have: a golden shows each part at least once. */
const RICH = `defaults:
  domain: example.net
  ssh:
    username: netops
    password: { env: TRUSTFLEET_PASSWORD }
    enable: { env: TRUSTFLEET_PASSWORD }
    knownHosts: ./known_hosts
authorities:
  branch-ca:
    scep: { url: "http://ca.example.net/certsrv/mscep/mscep.dll", ra: true }
    fingerprint: "SHA1:00112233445566778899AABBCCDDEEFF00112233"
    challenge:
      ndes:
        url: "https://ca.example.net/certsrv/mscep_admin/"
        username: EXAMPLE\\svc-trustfleet
        password: { env: TRUSTFLEET_PASSWORD }
trustpoints:
  BRANCH:
    authority: branch-ca
    key: { type: rsa, size: 2048 }
    subject: "CN={{fqdn}},O=Example"
    revocationCheck: [crl]
    hash: sha256
    retry: { count: 10, period: 2 }
devices:
  br-0001:
    host: 192.0.2.11
    trustpoints: [BRANCH]
    clock:
      timezone: { name: CET, offset: "+01:00" }
      summerTime: { name: CEST, recurring: "last Sun Mar 2:00 last Sun Oct 3:00" }
      ntp:
        servers: [{ address: 192.0.2.1, key: 1 }]
        keys: [{ id: 1, md5: { env: TRUSTFLEET_PASSWORD } }]
`;

const render = (inventory: string, ...argv: string[]): ReturnType<typeof trustfleet> =>
  trustfleet(['render', ...argv], fakeIo({ cwd: anInventory(() => inventory), env: ENV }));
const golden = readFileSync(path.resolve(import.meta.dirname, 'goldens/render.txt'), 'utf8');

describe('render', () => {
  it('prints byte for byte what the golden holds', async () => {
    const { code, out, err } = await render(RICH);
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(golden);
    expect(out).not.toContain(PASSWORD);
    expect(out).toMatch(/^[\n\x20-\x7e]+$/);
  });

  it('begins each step with its name, in the order of the story', () => {
    const steps = [...golden.matchAll(/^! ---- (\S+)/gm)].map(([, step]) => step);
    expect(steps).toEqual([
      'connect',
      'observe',
      'set-clock',
      'configure',
      'generate-keypair',
      'authenticate',
      'enroll',
      'await-grant',
      'verify',
      'save',
      'leave',
      'at',
    ]);
  });

  it('gives programs the same lines', async () => {
    const { out } = await render(RICH, '--json');
    const document = JSON.parse(out) as {
      schema: number;
      devices: { device: string; host: string; steps: { step: string; lines: { text: string }[] }[] }[];
    };
    expect(document.schema).toBe(2);
    const [device] = document.devices;
    expect([device?.device, device?.host]).toEqual(['br-0001', '192.0.2.11']);
    const told = new Set(
      golden.split('\n').map((line) => line.replace(/^!(?: {3}(?:only|again)| {5}| {3}| )?/, '').trim()),
    );
    const texts = device?.steps.flatMap(({ lines }) => lines.map(({ text }) => text.trim())) ?? [];
    expect(texts.length).toBeGreaterThan(80);
    expect(texts.filter((text) => !told.has(text))).toEqual([]);
  });

  it('makes the whole clock step depend on the clock where there is no line to type', async () => {
    const { out } = await render(RICH.replace(/ {4}clock:[\s\S]*$/, ''));
    const [, step = ''] = out.split('! ---- set-clock ----\n');
    const [clock = ''] = step.split('!\n! ----');
    expect(clock).toContain('!   clock timezone UTC 0 0\n');
    expect(clock).toContain('!   clock set <hh:mm:ss day month year>\n');
    expect(clock.split('\n').filter((line) => line !== '' && !line.startsWith('!'))).toEqual([]);
  });

  it('is shown in docs/templates.md as it is', () => {
    const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/templates.md'), 'utf8');
    const shown = /```text\n(! ---- set-clock[\s\S]*?)```/.exec(page)?.[1];
    expect(shown).toBeDefined();
    for (const part of shown?.split('…\n') ?? []) expect(golden).toContain(part);
  });
});
