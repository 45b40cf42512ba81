import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALLOWANCES, offeredAlgorithms, tierOf } from '../../src/dialogue/ssh-algorithms.ts';

const DOC = readFileSync(path.resolve(import.meta.dirname, '../../docs/ssh.md'), 'utf8');
const LISTS = [
  ['key exchange', 'kex', 'kex'],
  ['host key', 'hostKey', 'serverHostKey'],
  ['cipher', 'cipher', 'cipher'],
  ['MAC', 'mac', 'hmac'],
] as const;

describe('docs/ssh.md', () => {
  it.each(LISTS)(
    'names the weak ones of the list %s by tier, in the order they are offered',
    (name, list, offered) => {
      const row = new RegExp(`^\\| ${name} \\|(?<sha1>[^|]*)\\|(?<old>[^|]*)\\|$`, 'm').exec(DOC)?.groups;
      const names = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
      const all = offeredAlgorithms(ALLOWANCES.legacy, [])[offered];
      const ofTier = (tier: string): string[] => all.filter((one) => tierOf(list, one) === tier);
      expect({ sha1: names(row?.sha1), old: names(row?.old) }).toEqual({
        sha1: ofTier('sha1'),
        old: ofTier('old'),
      });
    },
  );
});
