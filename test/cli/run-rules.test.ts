import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { OPTIONS, type OptionValues } from '../../src/cli/options.ts';
import { parseOption } from '../../src/cli/parse-option.ts';
import { runRules } from '../../src/cli/run-rules.ts';
import type { Device, JumpHost, VarValue } from '../../src/domain/device.ts';
import { InputError } from '../../src/domain/errors.ts';
import type { FleetLimit } from '../../src/domain/fleet-limit.ts';
import type { Trustpoint } from '../../src/domain/trustpoint.ts';
import { openTerminal } from '../../src/report/terminal.ts';
import { aDevice } from '../run/a-device.ts';
import { fakeIo } from './fake-io.ts';

const BASE = {
  concurrency: 50,
  startRate: 20,
  lockoutGuard: 3,
  maxSameCause: 20,
  retries: 1,
  retryAfter: 15_000,
  batchAsk: false,
} as const;

function rules(
  options: Partial<OptionValues>,
  devices: readonly Device[] = [aDevice('br-1')],
  limits: readonly FleetLimit[] = [],
) {
  const io = fakeIo();
  const terminal = openTerminal(io.stderr, { env: {}, redact: (text) => text });
  return { io, rules: runRules({ ...BASE, ...options } as OptionValues, { devices, limits }, io, terminal) };
}

const withVars = (name: string, vars: Record<string, VarValue>): Device => ({ ...aDevice(name), vars });
const DONE = { index: 2, of: 4 };

describe('--batch and --max-fail', () => {
  const batch = (text: string) => parseOption(OPTIONS.batch, text, undefined);

  it('take numbers and shares', () => {
    expect(batch('1,5%, 100%')).toEqual([
      { kind: 'count', devices: 1 },
      { kind: 'percent', percent: 5 },
      { kind: 'percent', percent: 100 },
    ]);
    expect(parseOption(OPTIONS.maxFail, '0', undefined)).toEqual({ kind: 'count', devices: 0 });
  });

  it.each(['', '0', '1,0%', '101%', '-1', 'all', '1,,2'])('refuse the batch %j', (text) => {
    expect(() => batch(text)).toThrow(/Expected|one device/);
  });
});

describe('--canary-by', () => {
  const devices = [
    withVars('br-1', { size: 'large' }),
    withVars('br-2', { size: 'small' }),
    withVars('br-3', { size: 2 }),
    aDevice('br-4'),
  ];
  const firstOf = (canaryBy: string) =>
    devices
      .filter((device) => rules({ canaryBy }, devices).rules.batches?.first?.(device))
      .map(({ name }) => name);

  it('names the value, or takes that of the first device', () => {
    expect(firstOf('size=small')).toEqual(['br-2']);
    expect(firstOf('size=2')).toEqual(['br-3']);
    expect(firstOf('size')).toEqual(['br-1']);
  });

  it('is wrong when no device has it', () => {
    expect(() => rules({ canaryBy: 'site' }, devices)).toThrow(/br-1 has no var "site"/);
    expect(() => rules({ canaryBy: 'size=tiny' }, devices)).toThrow(/no selected device has the var size/);
  });
});

describe('what is between batches', () => {
  const batch = [{ kind: 'percent', percent: 50 }] as const;
  const signal = new AbortController().signal;

  it('needs batches', () => {
    expect(() => rules({ batchPause: 1 })).toThrow(InputError);
  });

  it('is a command that knows the batch; the run goes on when it ends with 0', async () => {
    const batchCheck = 'test "$TRUSTFLEET_BATCH/$TRUSTFLEET_BATCHES" = 2/4';
    const { between } = rules({ batch, batchCheck }).rules;
    expect(await between?.(DONE, signal)).toBeUndefined();
    expect(await between?.({ index: 3, of: 4 }, signal)).toBe(
      'the command between batches ended with 1 after batch 3 of 4',
    );
  });

  it('shows the last lines of a command that says no', async () => {
    const batchCheck = 'for n in 1 2 3 4 5 6; do echo tunnel $n is down; done; exit 7';
    const { io, rules: made } = rules({ batch, batchCheck });
    expect(await made.between?.(DONE, signal)).toBe(
      'the command between batches ended with 7 after batch 2 of 4',
    );
    expect(io.stderr.text).toContain('tunnel 6 is down');
    expect(io.stderr.text).not.toContain('tunnel 1 is down');
  });

  it('does not wait for what a command left in the background', async () => {
    const { between } = rules({ batch, batchCheck: 'sleep 20 & exit 3' }).rules;
    expect(await between?.(DONE, signal)).toBe('the command between batches ended with 3 after batch 2 of 4');
  });

  it('ends a command with all it started when the run is interrupted', async () => {
    const stop = new AbortController();
    const { io, rules: made } = rules({
      batch,
      batchCheck: 'sleep 600 & echo $! >pid; echo begun >begun; wait',
    });
    const answer = made.between?.(DONE, stop.signal);
    await vi.waitFor(() => readFileSync(path.join(io.cwd, 'begun')), { timeout: 20_000 });
    stop.abort();
    expect(await answer).toBeUndefined();
    const child = Number(readFileSync(path.join(io.cwd, 'pid'), 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(child, 0)).toThrow(/ESRCH/), { timeout: 20_000 });
  });

  it('ends a command that runs when the run is interrupted', async () => {
    const stop = new AbortController();
    const { between } = rules({ batch, batchCheck: 'exec sleep 600' }).rules;
    const answer = between?.(DONE, stop.signal);
    setImmediate(() => stop.abort());
    expect(await answer).toBeUndefined();
  });

  it.each([
    ['yes\n', undefined],
    ['y\n', undefined],
    ['\n', 'the operator stopped it after batch 2 of 4'],
    ['no\n', 'the operator stopped it after batch 2 of 4'],
  ])('is a question: %j', async (answer, expected) => {
    const io = fakeIo();
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const terminal = openTerminal(io.stderr, { env: {}, redact: (text) => text });
    const fleet = { devices: [aDevice('br-1')], limits: [] };
    const options = { ...BASE, batch, batchAsk: true } as Partial<OptionValues> as OptionValues;
    const { between } = runRules(options, fleet, { ...io, stdin }, terminal);
    const asked = between?.(DONE, signal);
    stdin.write(answer);
    expect(await asked).toBe(expected);
  });

  it('cannot be a question without a terminal', () => {
    expect(() => rules({ batch, batchAsk: true })).toThrow(/--batch-ask: cannot ask/);
  });

  it('is a wait that an interruption ends', async () => {
    const stop = new AbortController();
    const { between } = rules({ batch, batchPause: 3_600_000 }).rules;
    const waiting = between?.(DONE, stop.signal);
    const aborted = once(stop.signal, 'abort');
    stop.abort();
    await aborted;
    expect(await waiting).toBeUndefined();
  });
});

describe('limits of the inventory', () => {
  it('concern a group, the devices behind a jump host, or those of a CA', () => {
    const plain = aDevice('br-1');
    const grouped = { ...aDevice('br-2'), groups: ['emea'] };
    const behind = { ...aDevice('br-3'), ssh: { ...plain.ssh, via: [{ name: 'bastion' } as JumpHost] } };
    const ofCa = { ...aDevice('br-4'), trustpoints: [{ authority: { name: 'ca' } } as Trustpoint] };
    const devices = [plain, grouped, behind, ofCa];
    const { limits = [] } = rules({}, devices, [
      { kind: 'group', name: 'emea', sessions: 2 },
      { kind: 'jump-host', name: 'bastion', sessions: 3 },
      { kind: 'authority', name: 'ca', startsPerSecond: 4 },
    ]).rules;
    expect(
      limits.map(({ name, concerns }) => [name, devices.filter(concerns).map((device) => device.name)]),
    ).toEqual([
      ['group emea', ['br-2']],
      ['jump host bastion', ['br-3']],
      ['authority ca', ['br-4']],
    ]);
  });
});
