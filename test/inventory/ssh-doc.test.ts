import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/domain/device.ts';
import { parseInventory } from '../../src/inventory/load.ts';

const DOC = readFileSync(path.resolve(import.meta.dirname, '../../docs/ssh.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...DOC.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

function load(mark: string): readonly Device[] {
  const text = blocks('yaml').find((block) => block.includes(mark)) ?? '';
  const folder = mkdtempSync(path.join(tmpdir(), 'trustfleet-doc-'));
  try {
    writeFileSync(
      path.join(folder, 'ssh_config'),
      blocks('text').find((block) => block.startsWith('Host ')) ?? '',
    );
    return parseInventory(path.join(folder, 'inventory.yaml'), text).devices;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('docs/ssh.md', () => {
  it('holds five inventories, all of which load', () => {
    expect(blocks('yaml')).toHaveLength(5);
    for (const block of blocks('yaml')) expect(load(block)).not.toHaveLength(0);
  });

  it('asks for auto where it says so', () => {
    expect(load('groups: [old]').map(({ ssh }) => ssh.algorithms)).toEqual(['modern', 'auto']);
  });

  it('leads through the jump hosts it names', () => {
    const ways = load('via: inner').map(({ ssh }) => ssh.via?.map(({ name }) => name));
    expect(ways).toEqual([['bastion', 'inner'], undefined, ['bastion', 'inner']]);
  });

  it('reads its OpenSSH configuration', () => {
    expect(load('config: ./ssh_config')).toMatchObject([
      {
        host: '10.1.0.11',
        ssh: { username: 'netops', via: [{ username: 'jumper', host: 'bastion.example.net', port: 2222 }] },
      },
    ]);
  });

  it('sets the deadlines and keepalives of its example', () => {
    expect(load('keepalive:')).toMatchObject([
      {
        timeouts: { connect: 10_000, login: 45_000, command: 120_000, keygen: 900_000, device: 3_600_000 },
        ssh: { keepalive: { intervalMs: 15_000, count: 8 } },
      },
    ]);
  });
});
