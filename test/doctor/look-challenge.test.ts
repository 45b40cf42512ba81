import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { doctor, startCa, troubles } from './world.ts';

describe('an NDES admin page', () => {
  /** For those tests that no password is made in. */
  let shared: LabCa;
  beforeAll(async () => {
    shared = await startCa('ndes');
  });
  afterAll(() => shared.close());

  it('gives one password when consent was given, and tells what the page said', async () => {
    await using ca = await startCa('ndes');
    const found = await doctor(ca, { source: { visit: true } });
    expect(ca.passwords.minted).toHaveLength(1);
    expect(found.status('challenge')).toBe('pass pass');
    const told = found.findings.filter(({ check }) => check === 'challenge').map(({ says }) => says);
    expect(told[1]).toContain('MD5');
    expect(told.join('\n')).not.toContain(ca.passwords.minted[0]);
  });

  it('is told with what it can hold, for how long, and for how many requests', async () => {
    const { findings } = await doctor(shared);
    const says = findings.filter(({ check }) => check === 'challenge').map((finding) => finding.says);
    expect(says.join('\n')).toMatch(/5 passwords at once, each for 1h, for \d+ requests?/);
    expect(shared.passwords.minted).toEqual([]);
  });

  it('fails when it is full', async () => {
    await using ca = await startCa('ndes');
    while (ca.passwords.mint() !== undefined);
    const found = await doctor(ca, { source: { visit: true } });
    expect(troubles(found)).toEqual({ challenge: 'fail' });
    expect(found.finding('challenge').says).toContain('cache is full');
  });

  it('fails when it shows another CA, by its MD5, than the pinned one', async () => {
    await using ca = await startCa('ndes');
    const fingerprint = ['MD5:00112233445566778899AABBCCDDEEFF', ...ca.authority.pins];
    const found = await doctor(ca, { fingerprint, source: { visit: true } });
    expect(troubles(found)).toEqual({ pins: 'fail', challenge: 'fail' });
  });

  it('fails when the password of the account cannot be had, and is not visited then', async () => {
    const ca = shared;
    const source = { visit: true, secretProblem: 'the environment variable NDES is not set' };
    const found = await doctor(ca, { source });
    expect(found.status('challenge')).toBe('fail pass skip');
    expect(ca.passwords.minted).toEqual([]);
  });

  it('warns when its passwords live shorter than the inventory says', async () => {
    await using ca = await startCa('ndes', { passwordValidityMs: 30 * 60_000 });
    const found = await doctor(ca, { source: { visit: true } });
    expect(troubles(found)).toEqual({ challenge: 'warn' });
    expect(found.finding('challenge').remedy).toBe('set validity of the ndes challenge to 30m');
  });

  it('tells of passwords that earlier runs may have left', async () => {
    const ca = shared;
    const found = await doctor(ca, { source: { unspent: 3 } });
    expect(
      found.findings.find(({ check, status }) => check === 'challenge' && status === 'skip')?.says,
    ).toContain('3 passwords of earlier runs may be unspent');
  });

  it.each([
    [
      'another page',
      (ca: LabCa) => ca.adminUrl.replace('_admin', '_other'),
      /HTTP 404 and asks for no login/,
    ],
    ['the page of the routers', (ca: LabCa) => ca.enrollmentUrl, /HTTP 4\d\d and asks for no login/],
    ['nobody', () => 'http://127.0.0.1:1/certsrv/mscep_admin/', /cannot be reached/],
    ['no https', (ca: LabCa) => ca.adminUrl.replace('http:', 'https:'), /cannot be (?:reached|trusted)/],
  ])('fails when %s is there', async (_, url, says) => {
    const ca = shared;
    const ndes = { url: url(ca), username: 'LAB\\x', password: { env: 'NDES' }, allowInsecure: true };
    const found = await doctor(ca, { challenge: { ndes } });
    expect(troubles(found)).toEqual({ challenge: 'fail' });
    expect(found.finding('challenge').says).toMatch(says);
  });

  it('fails when it does not offer the login that the inventory names', async () => {
    const ca = shared;
    const ndes = {
      url: ca.adminUrl,
      username: 'x',
      password: { env: 'NDES' },
      auth: 'basic',
      allowInsecure: true,
    };
    const found = await doctor(ca, { challenge: { ndes } });
    expect(found.finding('challenge').says).toContain(
      'offers negotiate, ntlm, and the inventory says auth: basic',
    );
  });
});

describe('other sources', () => {
  let ca: LabCa;
  let folder: string;
  beforeAll(async () => {
    ca = await startCa('generic');
    folder = await mkdtemp(path.join(tmpdir(), 'trustfleet-doctor-'));
  });
  afterAll(async () => {
    await ca.close();
    await rm(folder, { recursive: true });
  });

  const statusOf = async (challenge: unknown) => {
    const found = await doctor(ca, { challenge });
    return `${found.status('challenge')}: ${found.finding('challenge').says}`;
  };

  it('are a daily value, until it is over', async () => {
    const daily = (hours: number) => {
      const notAfter = new Date(Date.now() + hours * 3_600_000).toISOString();
      return { daily: { value: { env: 'DAILY' }, notAfter } };
    };
    expect(await statusOf(daily(10))).toMatch(/^pass: one value for all devices, good until /);
    expect(await statusOf(daily(0.5))).toMatch(/^warn: .*less than an hour/);
    expect(await statusOf(daily(-1))).toMatch(/^fail: today’s value was good until .*, and that is over/);
  });

  it('are a file, with a challenge for each device', async () => {
    const file = path.join(folder, 'challenges.csv');
    await writeFile(file, 'device,challenge\nbr-1,CHALLENGE-ONE\nbr-2,CHALLENGE-TWO\n');
    expect(await statusOf({ file })).toBe('pass: 2 challenges in the file, one for each of 2');
    await writeFile(
      file,
      'device,challenge,expires\nbr-1,CHALLENGE-ONE,2020-01-01T00:00:00Z\nbr-9,CHALLENGE-TWO,\n',
    );
    expect(await statusOf({ file })).toBe(
      'fail: 2 challenges in the file, none for br-2, an expired one for br-1',
    );
    await writeFile(file, 'device;challenge\n');
    expect(await statusOf({ file })).toMatch(/^fail: the file cannot be used: /);
    await rm(file);
    expect(await statusOf({ file })).toMatch(/^fail: the file cannot be used: .*ENOENT/);
  });

  it('are a command, which is not run', async () => {
    const made = path.join(folder, 'made');
    expect(await statusOf({ command: ['touch', made] })).toMatch(/^skip: the command was not run/);
    await expect(rm(made)).rejects.toThrow('ENOENT');
  });
});
