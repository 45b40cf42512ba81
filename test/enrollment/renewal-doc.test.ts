import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DECISIONS } from '../../src/domain/result.ts';
import { parse, SHA1 } from '../inventory/inventories.ts';

const DOC = readFileSync(path.resolve(import.meta.dirname, '../../docs/renewal.md'), 'utf8');

it('docs/renewal.md tells every decision and its meaning', () => {
  const rows = [...DOC.matchAll(/^\| `([a-z-]+)` \| ([^|]+) \|/gm)].map(([, name, meaning]) => [
    name,
    meaning,
  ]);
  expect(rows).toEqual(Object.entries(DECISIONS));
});

it('docs/renewal.md shows rules that load', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(DOC) ?? [];
  const authority = `authorities:
  branch-ca: { scep: { url: "http://ca.example.net/scep" }, fingerprint: "${SHA1}" }
devices: { a: { host: a.example.net, trustpoints: [BRANCH] } }
`;
  const login = 'defaults:\n  ssh: { username: netops, password: { env: PW } }\n  domain: example.net\n';
  const { devices, limits } = parse(yaml.replace('defaults:\n', login) + authority);
  expect(devices).toMatchObject([
    {
      zone: 'Europe/Paris',
      trustpoints: [
        {
          renew: {
            keys: 'regenerate',
            spreadMs: 7 * 86_400_000,
            windows: [{ cron: '0 1 * * 2-4', durationMs: 4 * 3_600_000 }],
          },
        },
      ],
    },
  ]);
  expect(limits).toEqual([{ kind: 'authority', name: 'branch-ca', renewals: 100 }]);
});
