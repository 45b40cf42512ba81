import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandCourier, type CommandCourierOptions, NOT_YET } from '../../src/courier/command.ts';
import type { CourierError } from '../../src/courier/errors.ts';
import { rsaKeys } from '../pki/make-certificate.ts';
import {
  anErrand,
  certificateFor,
  codeOf,
  FALSE_ROOT,
  KEYS,
  NOW,
  OfflineWorld,
  pem,
  SUB,
} from './offline-world.ts';

const SIGNAL = new AbortController().signal;
const MINE = certificateFor(KEYS);

/** A courier whose command is a small program of this runtime. */
function running(
  program: string,
  options: Partial<CommandCourierOptions> = {},
  ...args: readonly string[]
): CommandCourier {
  return new CommandCourier({ argv: [process.execPath, '-e', program, ...args], now: () => NOW, ...options });
}
const printing = (text: string): string => `process.stdout.write(${JSON.stringify(text)})`;

describe('a courier that is a command', () => {
  it('gets the request on its input and gives the certificate on its output', async () => {
    await using world = await OfflineWorld.make();
    const heard = path.join(world.path, 'heard');
    const program = `
      const text = require('fs').readFileSync(0, 'utf8');
      const { TRUSTFLEET_DEVICE: device, TRUSTFLEET_TRUSTPOINT: trustpoint, TRUSTFLEET_HALF: half } = process.env;
      require('fs').writeFileSync(process.argv[1], JSON.stringify({ text, device, trustpoint, half }));
      ${printing(pem(MINE, SUB))}`;
    const errand = anErrand({ half: 'encr' });
    const delivery = await running(program, {}, heard).deliver(errand, SIGNAL);
    expect(delivery).toMatchObject({ kind: 'answered', answer: { certificate: { der: MINE.der } } });
    const said = JSON.parse(await readFile(heard, 'utf8')) as Record<string, string>;
    expect(said).toMatchObject({ device: 'br-1', trustpoint: 'BRANCH', half: 'encr' });
    expect(said.text).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
  });

  it.each<readonly [string, string, string]>([
    ['a certificate for another key', printing(pem(certificateFor(rsaKeys()), SUB)), 'other-key'],
    [
      'one that does not lead to the pin',
      printing(pem(certificateFor(KEYS, { issuer: FALSE_ROOT }))),
      'chain-broken',
    ],
    ['some of a certificate', printing(pem(MINE).slice(0, -40)), 'answer-unreadable'],
    ['nothing', '', 'answer-unreadable'],
    ['a failure', 'console.error("no such template"); process.exit(3)', 'command-failed'],
  ])('is not believed with %s', async (_, program, code) => {
    expect(await codeOf(running(program).deliver(anErrand(), SIGNAL))).toBe(code);
  });

  it('tells how it failed, and not with what arguments', async () => {
    const program = 'console.error("no such template"); process.exit(3)';
    const error = await running(program, {}, 'argument-7')
      .deliver(anErrand(), SIGNAL)
      .then(
        () => undefined,
        (thrown: CourierError) => thrown,
      );
    expect(error?.detail).toBe('no such template');
    expect(error?.message).toMatch(/ended with exit status 3$/);
    expect(JSON.stringify(error)).not.toContain('argument-7');
  });

  it('is told when there is no such program', async () => {
    const courier = new CommandCourier({ argv: ['/nowhere/at-all'], now: () => NOW });
    expect(await codeOf(courier.deliver(anErrand(), SIGNAL))).toBe('command-failed');
  });

  it('may say that the certificate comes later, and is asked again', async () => {
    await using world = await OfflineWorld.make();
    const asked = path.join(world.path, 'asked');
    await writeFile(asked, '');
    const program = `
      const fs = require('fs');
      fs.appendFileSync(process.argv[1], 'x');
      if (fs.readFileSync(process.argv[1], 'utf8').length < 3) process.exit(${NOT_YET});
      ${printing(pem(MINE, SUB))}`;
    const courier = running(program, { pollMs: 1 }, asked);
    expect(await courier.deliver(anErrand(), SIGNAL)).toEqual({ kind: 'waiting', passedOver: [] });
    expect((await courier.wait(anErrand(), SIGNAL)).certificate.der).toEqual(MINE.der);
  });

  it('is ended with the run', async () => {
    const stop = new AbortController();
    const waiting = running('setInterval(() => {}, 1000)').wait(anErrand(), stop.signal);
    stop.abort(new Error('the run ends'));
    await expect(waiting).rejects.toThrow('the run ends');
  });
});
