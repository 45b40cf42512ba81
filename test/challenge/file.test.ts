import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChallengeFile } from '../../src/challenge/challenge-file.ts';
import { fileSource } from '../../src/challenge/file.ts';
import { InputError } from '../../src/domain/errors.ts';
import { onSecretKnown } from '../../src/domain/secret.ts';
import { device, failureOf, forever, trustpoint } from './fixtures.ts';

const now = () => new Date('2026-03-01T12:00:00Z');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'trustfleet-challenges-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('a challenge file', () => {
  it.each([
    ['challenges.csv', 'device,challenge\nbr-0001,8CE317021F690069\nbr-0002,0012345678\n'],
    ['excel.csv', '\uFEFFDevice, Challenge\r\n"br-0001", "8CE317021F690069"\r\n\r\nbr-0002,0012345678\r\n'],
    ['challenges.yaml', '# from the CA\nbr-0001: 8CE317021F690069\nbr-0002: 0012345678\n'],
    ['challenges.yml', '{"br-0001": "8CE317021F690069", br-0002: 0012345678}'],
  ])('may be %s, and digits keep their zeros', async (name, text) => {
    const { source } = await fileOf(name, text);
    expect(await passwordFor(source, 'br-0001')).toBe('8CE317021F690069');
    expect(await passwordFor(source, 'br-0002')).toBe('0012345678');
  });

  it('may name the trustpoint and the end of a challenge', async () => {
    const { source, file } = await fileOf(
      'full.csv',
      'device,trustpoint,challenge,expires\nbr-0001,TWO,for-two,\nbr-0001,,for-any,2026-03-01T14:00:00+01:00\nbr-0002,,old,2026-03-01T12:00Z\n',
    );
    const two = await source.acquire(device(), trustpoint('TWO'), forever);
    const any = await source.acquire(device(), trustpoint('ONE'), forever);
    expect([two.password?.reveal(), two.expiresAt]).toEqual(['for-two', undefined]);
    expect([any.password?.reveal(), any.expiresAt]).toEqual(['for-any', new Date('2026-03-01T13:00:00Z')]);
    expect((await failureOf(source.acquire(device('br-0002'), trustpoint(), forever))).message).toBe(
      `${file} line 4: the challenge of br-0002 has expired`,
    );
  });

  it('gives each challenge once in a run, and one that came back once more', async () => {
    const { source, file } = await fileOf('once.csv', 'device,challenge\nbr-0001,only-one\n');
    const first = await source.acquire(device(), trustpoint(), forever);
    expect((await failureOf(source.acquire(device(), trustpoint('OTHER'), forever))).message).toBe(
      `${file} line 2: the challenge of br-0001 is in use`,
    );
    first.release();
    const second = await source.acquire(device(), trustpoint(), forever);
    expect(second.password?.reveal()).toBe('only-one');
    first.release();
    expect((await failureOf(source.acquire(device(), trustpoint(), forever))).message).toContain('is in use');
    second.spent();
    second.release();
    expect((await failureOf(source.acquire(device(), trustpoint(), forever))).message).toBe(
      `${file} line 2: the challenge of br-0001 was used in this run`,
    );
  });

  it('that knows nothing of a device names itself and the device', async () => {
    const { source, file } = await fileOf('short.csv', 'device,challenge\nbr-0001,x\n');
    expect(await failureOf(source.acquire(device('br-0002'), trustpoint(), forever))).toMatchObject({
      code: 'challenge-unavailable',
      message: `${file} holds no challenge for device br-0002, trustpoint BRANCH`,
    });
  });

  it('makes all its challenges known to redactors when it is read', async () => {
    const { file } = await fileOf(
      'known.csv',
      'device,challenge\na,hidden-one\nb,hidden-two\nc,ünfit-three\n',
    );
    const known: string[] = [];
    const stop = onSecretKnown((value) => known.push(value));
    await expect(readChallengeFile(file)).rejects.toThrow(InputError);
    stop();
    expect(known).toEqual(expect.arrayContaining(['hidden-one', 'hidden-two', 'ünfit-three']));
  });

  it.each([
    [
      'header.csv',
      'name,challenge\na,b\n',
      ':1 the first line must name the columns device,challenge and may name trustpoint,expires',
    ],
    [
      'semicolon.csv',
      'device;challenge\na;b\n',
      ':1 the first line must name the columns device,challenge and may name trustpoint,expires',
    ],
    [
      'empty.csv',
      '',
      ':1 the first line must name the columns device,challenge and may name trustpoint,expires',
    ],
    ['fields.csv', 'device,challenge\na,SECRET,x\n', ':2 3 fields, the header has 2'],
    ['quote.csv', 'device,challenge\na,SE"CRET\n', ' no readable CSV: look for a quote that is not closed'],
    ['open.csv', 'device,challenge\na,"SECRET\n', ' no readable CSV: look for a quote that is not closed'],
    ['nobody.csv', 'device,challenge\n,SECRET\n', ':2 no device is named'],
    ['nothing.csv', 'device,challenge\na,\n', ':2 the challenge of a cannot be typed: it is empty'],
    [
      'help.csv',
      'device,challenge\na,SECRET?\n',
      ':2 the challenge of a cannot be typed: it holds a question mark, which asks a router for help',
    ],
    [
      'expires.csv',
      'device,challenge,expires\na,SECRET,tomorrow\n',
      ':2 expires of a is no time such as 2026-07-01T12:00:00Z',
    ],
    ['twice.csv', 'device,challenge\na,SECRET\nb,x\na,SECRET2\n', ':4 a has a challenge on line 2 already'],
    ['twice.yaml', 'a: SECRET\nb: x\na: SECRET2\n', ':3 a has a challenge on line 1 already'],
    ['list.yaml', '- SECRET\n', ':1 a YAML challenge file is a map of device to challenge'],
    ['nested.yaml', 'x: y\na: { challenge: SECRET }\n', ':2 a device’s challenge is one plain text'],
    ['nothing.yaml', 'a:\n', ':1 the challenge of a cannot be typed: it is empty'],
    ['broken.yaml', 'a: "SECRET\n', ' no readable YAML'],
    ['challenges.txt', 'a SECRET', ' a challenge file ends in .csv, .yaml or .yml'],
  ])('%s is refused with the place and without its challenge', async (name, text, problem) => {
    const { file, source } = await fileOf(name, text);
    const error = await failureOf(source.acquire(device('a'), trustpoint(), forever));
    expect(error.code).toBe('challenge-unavailable');
    expect(error.message.replace(/:\d+ (?=no readable)/, ' ')).toBe(`${file}${problem}`);
    expect(`${error.message} ${error.detail}`).not.toContain('SECRET');
  });

  it('shows every problem at once', async () => {
    const { file } = await fileOf('many.csv', 'device,challenge\na,\nb,?\n,c\n');
    const error: unknown = await readChallengeFile(file).catch((thrown: unknown) => thrown);
    expect(error instanceof InputError && error.problems.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  it('that is not there may be there for the next device', async () => {
    const file = path.join(folder, 'late.csv');
    const source = fileSource(file, now);
    expect((await failureOf(source.acquire(device(), trustpoint(), forever))).message).toBe(
      `${file} cannot be read (ENOENT)`,
    );
    await writeFile(file, 'device,challenge\nbr-0001,now-there\n');
    expect(await passwordFor(source, 'br-0001')).toBe('now-there');
  });
});

async function fileOf(name: string, text: string) {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return { file, source: fileSource(file, now) };
}

async function passwordFor(source: ReturnType<typeof fileSource>, name: string) {
  return (await source.acquire(device(name), trustpoint(), forever)).password?.reveal();
}
