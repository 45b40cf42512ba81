import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readChallengeFile } from '../../src/challenge/challenge-file.ts';
import { PageTooLargeError, SocketChangedError } from '../../src/challenge/http.ts';
import {
  cacheFull,
  fetchFailed,
  insecureBasic,
  loginNotOffered,
  noPermission,
  notSingle,
  thumbprintMismatch,
  unexpectedStatus,
  unknownPage,
  wrongAccount,
} from '../../src/challenge/ndes-errors.ts';
import { NtlmError } from '../../src/challenge/ntlm.ts';
import { parseInventory } from '../../src/inventory/load.ts';
import { ndesSpec } from './fixtures.ts';

const page = await readFile(path.resolve(import.meta.dirname, '../../docs/challenges.md'), 'utf8');
const blocks = [...page.matchAll(/^```(?<language>\w+)\n(?<text>[^`]*)^```$/gm)].map(({ groups = {} }) => ({
  language: groups.language ?? '',
  text: groups.text ?? '',
}));

describe('docs/challenges.md', () => {
  it('shows sources that the inventory takes, one of each kind', () => {
    const shown = blocks.filter(({ text }) => text.startsWith('challenge:'));
    const kinds = shown.map(({ text }) => challengeOf(text).kind);
    expect(kinds).toEqual([
      'none',
      'static',
      'daily',
      'daily',
      'file',
      'command',
      'command',
      'ios-cs',
      'ndes',
      'ndes',
    ]);
    expect(challengeOf(shown.at(-1)?.text ?? '')).toMatchObject({ kind: 'ndes', singlePassword: true });
    expect(challengeOf(shown.at(-2)?.text ?? '')).toMatchObject({
      username: 'EXAMPLE\\svc-ndes',
      auth: 'ntlm',
      allowInsecure: false,
      capacity: 5,
      validityMs: 3_600_000,
    });
  });

  it('shows an authority that the inventory takes', () => {
    const text = blocks.find((block) => block.text.startsWith('authorities:'))?.text ?? '';
    expect(parseInventory('inventory.yaml', withDevice(text)).devices).toHaveLength(2);
  });

  it('shows challenge files that can be read', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'trustfleet-docs-'));
    const shown = blocks.filter(({ text }) => /^(?:device,|br-0001:)/.test(text));
    expect(shown.map(({ language }) => language)).toEqual(['csv', 'yaml']);
    for (const { language, text } of shown) {
      const file = path.join(folder, `challenges.${language}`);
      await writeFile(file, text);
      const entries = await readChallengeFile(file);
      expect(entries.map(({ device, challenge }) => [device, challenge.reveal()])).toEqual([
        ['br-0001', '8CE317021F690069'],
        ['br-0002', '0012345678'],
      ]);
    }
    await rm(folder, { recursive: true });
  });

  it('lists every error of the admin page in its own words', () => {
    const place = { authority: 'branch-ca', page: 'https://ndes.example.net/' };
    const spec = ndesSpec(place.page, { username: '<user>' });
    const fingerprint = { hash: 'MD5', hex: '00' } as const;
    const errors = [
      cacheFull(place, 5, '1h'),
      noPermission(place, spec.username),
      wrongAccount(place, spec),
      loginNotOffered(place, spec, []),
      insecureBasic(place),
      fetchFailed(place, new SocketChangedError('closed')),
      fetchFailed(place, new NtlmError('unreadable')),
      fetchFailed(place, Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' })),
      fetchFailed(place, Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
      fetchFailed(place, Object.assign(new Error('x'), { code: 'ABORT_ERR' })),
      fetchFailed(place, new PageTooLargeError('too much')),
      unexpectedStatus(place, 404, undefined),
      unexpectedStatus(place, 500, undefined),
      notSingle(place),
      unknownPage(place, 'it is empty'),
      thumbprintMismatch(place, fingerprint, fingerprint),
    ];
    const table = page.slice(page.indexOf('### What can go wrong'));
    const rows = [...table.matchAll(/^\| `(?<text>[^`]+)` \|/gm)].map(({ groups = {} }) => groups.text);
    const said = errors.map(({ message }) => message.replace('NDES of branch-ca ', ''));
    expect(said.map((text) => text.replace(/(?: \(|: (?:unreadable|too much)).*$/, ''))).toEqual(rows);
  });
});

function challengeOf(snippet: string) {
  const indented = snippet.replace(/^(?=.)/gm, '    ');
  const text = `authorities:
  branch-ca:
    scep: { url: "http://ca.example.net/scep" }
    fingerprint: "SHA1:0011223344556677889900112233445566778899"
${indented}`;
  const [device] = parseInventory('inventory.yaml', withDevice(text)).devices;
  const challenge = device?.trustpoints[0]?.authority.challenge;
  if (challenge === undefined) throw new Error('no device');
  return challenge;
}

function withDevice(authorities: string): string {
  return `${authorities}
defaults:
  ssh: { username: netops, password: { env: TRUSTFLEET_PASSWORD }, knownHosts: ./known_hosts }
  clock: { timezone: UTC, ntp: [192.0.2.1] }
trustpoints:
  BRANCH: { authority: branch-ca, subject: "CN={{fqdn}}" }
devices:
  br-0001: { host: 192.0.2.11, trustpoints: [BRANCH] }
  hub-1: { host: 192.0.2.1 }
`;
}
