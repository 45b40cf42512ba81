import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startLabFleet } from './lab-fleet.ts';

const ROUTER = 'br-0001';
const RETRY = ['--retries', '1', '--retry-after', '1s'] as const;

it('an enrollment that is cut off behind its request and tried again is told of whole, with one password', async () => {
  await using fleet = await startLabFleet({ routers: 1, cast: { [ROUTER]: { faults: ['cut-enroll'] } } });

  const ran = await fleet.run('enroll', ...RETRY, '--csv', 'run.csv');

  expect(ran.exit).toBe(0);
  const result = ran.device(ROUTER);
  expect(result).toMatchObject({ outcome: 'verified', attempts: 2 });
  const steps = result.steps.map(({ attempt, step, outcome }) => `${attempt} ${step} ${outcome}`);
  expect(steps).toContain('1 enroll failed');
  expect(steps).toContain('2 verify done');
  expect(steps).toContain('2 save done');
  // What the first attempt made is not made again.
  expect(steps).toContain('2 generate-keypair already-true');
  expect(result.notes[0]).toMatch(/^attempt 1 failed as connection-lost: /);
  expect(result.notes.join('\n')).toContain('attempt 1: ');
  const worked = result.steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
  expect(result.durationMs).toBeGreaterThanOrEqual(worked);
  expect(fleet.lab.ca.passwords.minted).toHaveLength(1);
  expect(fleet.lab.ca.authority.issued).toHaveLength(1);
  expect(ran.stderr).toMatch(/attempt 2 of 2 in \S+: connection-lost/);

  const { transcript = '', earlierTranscripts = [] } = result;
  expect([...earlierTranscripts, transcript].map((file) => path.basename(file))).toEqual([
    `${ROUTER}.txt`,
    `${ROUTER}.attempt-2.txt`,
  ]);
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await writeFile(path.join(fleet.dir, 'key.pem'), privateKey, { mode: 0o600 });
  expect((await fleet.run('report', '--proof', 'proof', '--sign-key', 'key.pem')).exit).toBe(0);
  const entries = await readFile(path.join(fleet.dir, 'proof', 'entries.jsonl'), 'utf8');
  const first = await readFile(path.resolve(fleet.dir, earlierTranscripts[0] ?? ''));
  expect(entries).toContain(createHash('sha256').update(first).digest('hex').toUpperCase());
  expect(entries).toMatch(/"kind":"retry".*"device":"br-0001".*connection-lost/);
});
